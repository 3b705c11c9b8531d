/** What the command lines of the benches have in common. */
import { UserError } from '../src/lib/errors.ts'

/** A list with commas between; throws `UserError` on a word that is not `known`. */
export function oneOf<T extends string>(option: string, list: string, known: readonly T[]): T[] {
  return list.split(',').map((word) => {
    const found = known.find((one) => one === word)
    if (found === undefined) throw new UserError(`${option} does not know "${word}"`, { next: `${option} ${known.join(',')}` })
    return found
  })
}

/** 0, 1, 2 …; throws `UserError`. */
export function count(option: string, text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isInteger(number) || number < 0) throw new UserError(`"${text}" is no number for ${option}`, { next: `${option} 3` })
  return number
}
