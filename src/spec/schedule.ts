/** When a job runs: the part of systemd's calendar events that people write. See systemd.time(7), "Calendar Events". */

const SHORTHANDS = ['minutely', 'hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'semiannually', 'annually', 'yearly']
const DAY = '(?:mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)'
const DAYS = new RegExp(`^${DAY}(?:(?:\\.\\.|-)${DAY})?(?:,${DAY}(?:(?:\\.\\.|-)${DAY})?)*$`, 'i')
const TERM = /^(?:\*|(\d{1,4})(?:\.\.(\d{1,4}))?)(?:\/(\d{1,4}))?$/
const LENGTH_MAX = 200

/** False for what systemd refuses, and for a little that it would take: fractions of a second and days counted from a month's end. */
export function isSchedule(text: string): boolean {
  const parts = text.split(' ')
  if (text.length > LENGTH_MAX || parts.includes('')) return false
  const last = parts.at(-1) ?? ''
  const rest = parts.length > 1 && isTimeZone(last) ? parts.slice(0, -1) : parts
  return (rest.length === 1 && SHORTHANDS.includes(rest[0]?.toLowerCase() ?? '')) || isEvent(rest)
}

/** `[days] [date] [time]`, at least one of them. */
function isEvent(parts: readonly string[]): boolean {
  const rest = [...parts]
  for (const isPart of [(part: string) => DAYS.test(part), isDate, isTime]) {
    if (rest[0] !== undefined && isPart(rest[0])) rest.shift()
  }
  return parts.length > 0 && rest.length === 0
}

function isDate(text: string): boolean {
  const fields = text.split('-')
  const [year, month, day] = fields.length === 2 ? ['*', ...fields] : fields
  return fields.length <= 3 && month !== undefined && day !== undefined && isField(year ?? '', 1970, 2199) && isField(month, 1, 12) && isField(day, 1, 31)
}

function isTime(text: string): boolean {
  const [hour, minute, second = '0', ...more] = text.split(':')
  return more.length === 0 && minute !== undefined && isField(hour ?? '', 0, 23) && isField(minute, 0, 59) && isField(second, 0, 59)
}

/** `*`, `5`, `1..7`, `0/15`, and several of them with commas. */
const isField = (text: string, min: number, max: number): boolean => text.split(',').every((term) => {
  const match = TERM.exec(term)
  if (match === null) return false
  const [from = min, to = max, step = 1] = match.slice(1).map((digits) => (digits === undefined ? undefined : Number(digits)))
  return from >= min && to <= max && from <= to && step >= 1
})

function isTimeZone(name: string): boolean {
  if (name !== 'UTC' && !name.includes('/')) return false
  try {
    Intl.DateTimeFormat('en', { timeZone: name })
    return !/\d\/|\*/.test(name)
  } catch {
    return false
  }
}
