/** Maintenance windows as people write them: `Sun 02:00-05:00 Europe/Berlin`, `Mon-Fri 22:00-04:00`, `02:00-05:00 UTC`. */
import type { Window } from '../plan/types.ts'

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6] as const
const PATTERN = /^(?:([a-z,-]+)\s+)?([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)(?:\s+(\S+))?$/i

/** Undefined when the text is no window. Without days: every day; without a time zone: UTC. */
export function parseWindow(text: string): Window | undefined {
  const match = PATTERN.exec(text.trim())
  if (match === null) return undefined
  const [, dayText, fromHour, fromMinute, toHour, toMinute, timeZone = 'UTC'] = match
  const days = dayText === undefined ? EVERY_DAY : parseDays(dayText.toLowerCase())
  const [from, to] = [Number(fromHour) * 60 + Number(fromMinute), Number(toHour) * 60 + Number(toMinute)]
  if (days === undefined || to > 24 * 60 || from === to || !isTimeZone(timeZone)) return undefined
  return { days, fromMinute: from, toMinute: to, timeZone }
}

/** `sun`, `sat,sun`, `mon-fri`; a span may pass the week's end. */
function parseDays(text: string): readonly number[] | undefined {
  const spans = text.split(',').map((span) => {
    const [first, last] = span.split('-').map((name) => DAYS.indexOf(name as (typeof DAYS)[number]))
    if (first === undefined || first < 0 || (last !== undefined && last < 0) || span.split('-').length > 2) return undefined
    return last === undefined ? [first] : EVERY_DAY.map((step) => (first + step) % 7).slice(0, ((last - first + 7) % 7) + 1)
  })
  return spans.some((span) => span === undefined) ? undefined : [...new Set(spans.flatMap((span) => span ?? []))].toSorted((left, right) => left - right)
}

function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
