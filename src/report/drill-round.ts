/** The reports of a round of drills, kept in a file after each, so that a round that was interrupted can be gone on with. */
import { readFile } from 'node:fs/promises'
import { UserError } from '../lib/errors.ts'
import { writeFileAtomic } from '../lib/write-file.ts'
import type { DrillReport } from './drill-report.ts'
import { fullName, type Drill } from './drill.ts'

/** Throws `UserError` when there is no round to go on with. */
export async function readRound(file: string): Promise<readonly DrillReport[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as readonly DrillReport[]
  } catch (cause) {
    throw new UserError('there is no round of drills to go on with', { where: file, next: 'regrow drill all', cause })
  }
}

export const writeRound = (file: string, reports: readonly DrillReport[]): Promise<void> => writeFileAtomic(file, JSON.stringify(reports, null, 2))

export const stillToRun = (drills: readonly Drill[], reports: readonly Pick<DrillReport, 'drill'>[]): readonly Drill[] =>
  drills.filter((drill) => !reports.some((report) => report.drill === fullName(drill)))
