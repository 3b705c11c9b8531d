import { expect, test } from 'vitest'
import { parseWindow } from './window.ts'

test.each([
  ['Sun 02:00-05:00 Europe/Berlin', { days: [0], fromMinute: 120, toMinute: 300, timeZone: 'Europe/Berlin' }],
  ['02:00-05:30', { days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 120, toMinute: 330, timeZone: 'UTC' }],
  ['mon-fri 22:00-04:00 UTC', { days: [1, 2, 3, 4, 5], fromMinute: 1320, toMinute: 240, timeZone: 'UTC' }],
  ['Fri-Mon 00:00-24:00', { days: [0, 1, 5, 6], fromMinute: 0, toMinute: 1440, timeZone: 'UTC' }],
  ['Sat,Wed 01:00-02:00 UTC', { days: [3, 6], fromMinute: 60, toMinute: 120, timeZone: 'UTC' }],
  ['Someday 02:00-05:00', undefined],
  ['Sun 02:00-02:00', undefined],
  ['Sun 25:00-26:00', undefined],
  ['Sun 02:00-24:30', undefined],
  ['Sun 02:00-05:00 Atlantis/Main', undefined],
  ['Sun-Mon-Tue 02:00-05:00', undefined],
  ['always', undefined],
])('%s', (text, window) => {
  expect(parseWindow(text)).toEqual(window)
})
