/** The names that users type. */
import type { Plan } from './types.ts'

/** The domain first. */
export const namesOf = ({ entry }: Pick<Plan, 'entry'>): readonly string[] => [entry.domain, ...entry.aliases]
