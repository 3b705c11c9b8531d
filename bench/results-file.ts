/** The file that keeps the outcomes of trials: a line of JSON each, so that an interrupted run goes on. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/** None when there is no such file. */
export const readResults = <T>(file: string): T[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T) : []

export const appendResult = (file: string, result: unknown): void => appendFileSync(file, `${JSON.stringify(result)}\n`)
