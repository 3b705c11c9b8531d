import { expect, test } from 'vitest'
import { isSchedule } from './schedule.ts'

test.each([
  'minutely', 'daily', 'hourly UTC', '*:0/5', '*:*:*', '*-*-* *:*:0/5', '*-*-* 03:00:00', 'Mon..Fri 22:30', 'Mon-Fri 22:30', 'Sat,Sun *-*-1..7 4:00', '03:00 Europe/Berlin',
  '12-24 10:00', '*-*-1/7 3:00', '2027-01-01', 'Mon..Fri', 'sunday 4:30:15', '*-1,4,7,10-1 0:00 America/New_York',
])('%s is a schedule', (text) => {
  expect(isSchedule(text)).toBe(true)
})

test.each([
  '', ' ', 'often', '5 * * * *', '25:00', '3:60', '*:0/0', '5..3:00', 'Mon, Tue 3:00', '3:00 Mon', '*-13-1', '*-*-32', '1-2-3-4', '3', '3:00 Nowhere/Land', '3:00 CET summer', 'daily 3:00', '3:00\nExecStart=x', '*:*:*:*', '2026-1-1 ',
  'Mon..', `*:${'0,'.repeat(200)}0`,
])('%j is none', (text) => {
  expect(isSchedule(text)).toBe(false)
})
