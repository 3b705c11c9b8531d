/** The next command to type, with the options that lead to the same spec and environment. */
import { dirname } from 'node:path'

export const DEFAULT_FILE = 'regrow.yaml'

/** `regrow check`, `regrow check --file examples/standard/regrow.yaml --env staging` */
export function nextCommand(verb: string, file: string, environment?: string): string {
  const where = file === DEFAULT_FILE ? '' : verb === 'init' ? initWhere(dirname(file)) : ` --file ${file}`
  return `regrow ${verb}${where}${environment === undefined ? '' : ` --env ${environment}`}`
}

const initWhere = (directory: string): string => (directory === '.' ? '' : ` --dir ${directory}`)
