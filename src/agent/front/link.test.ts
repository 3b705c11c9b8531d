import { expect, test } from 'vitest'
import { afterLook, quietLeftMs, type Link } from './link.ts'

/** Looks, as [the kernel's count of changes, up, when]. */
const seen = (...looks: readonly (readonly [number, boolean, number])[]): Link => looks.reduce<Link | null>((link, [changes, up, atMs]) => afterLook(link, changes, up, atMs), null)!

test.each<[string, Link, number, number]>([
  ['a link that was up all the time', seen([2, true, 0], [2, true, 5000]), 6000, 0],
  ['one that is down is no link to wait for', seen([2, true, 0], [3, false, 5000]), 9000, 1000],
  ['one that came back has been quiet for no time yet', seen([2, true, 0], [3, false, 5000], [4, true, 6000]), 6000, 1000],
  ['and then for long enough', seen([2, true, 0], [3, false, 5000], [4, true, 6000]), 7000, 0],
  ['one that went and came between two looks', seen([2, true, 0], [4, true, 6000]), 6400, 600],
  ['the second time it takes twice as long', seen([2, true, 0], [4, true, 6000], [5, false, 8000], [6, true, 9000]), 9000, 2000],
  ['the fourth time eight times', seen([2, true, 0], [8, true, 9000], [10, true, 11_000]), 11_000, 8000],
  ['never for more than half a minute', seen([2, true, 0], [40, true, 9000]), 9000, 30_000],
  ['a minute later it counts from one', seen([2, true, 0], [8, true, 9000], [10, true, 70_000]), 70_000, 1000],
])('%s', (_name, link, nowMs, leftMs) => {
  expect(quietLeftMs(link, nowMs)).toBe(leftMs)
})
