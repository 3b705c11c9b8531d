/** Pure: is a weekly window open? */
import type { Window } from '../plan/types.ts'

const DAY_NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const

/** Making one takes longer than all else that is decided. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  formats.set(timeZone, known)
  return known
}

/** Local day and minute at that moment, summer time and all. */
function localTime(timeZone: string, nowMs: number): { readonly day: number; readonly minute: number } {
  const parts = formatOf(timeZone).formatToParts(nowMs)
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? ''
  return { day: DAY_NAMES.findIndex((name) => name === part('weekday')), minute: Number(part('hour')) * 60 + Number(part('minute')) }
}

export function isOpen(window: Window | null, nowMs: number): boolean {
  if (window === null) return true
  const { day, minute } = localTime(window.timeZone, nowMs)
  const yesterday = (day + 6) % 7
  if (window.fromMinute < window.toMinute) return window.days.includes(day) && minute >= window.fromMinute && minute < window.toMinute
  return (window.days.includes(day) && minute >= window.fromMinute) || (window.days.includes(yesterday) && minute < window.toMinute)
}
