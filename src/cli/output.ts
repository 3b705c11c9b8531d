/** The one module that writes standard output and standard error for a person (tables, colour) or a program (JSON). */
import pc from 'picocolors'

export type Colour = 'green' | 'yellow' | 'red' | 'cyan' | 'dim' | 'bold'

export const paint = (colour: Colour, text: string): string => pc[colour](text)

/** One line to standard output. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** One line to standard error: progress and notes, so that standard output stays pipeable. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`)
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

// oxlint-disable-next-line no-control-regex -- matches the escape sequences that picocolors writes
const ANSI = /\u001b\[[0-9;]*m/g

export const visibleWidth = (text: string): number => text.replace(ANSI, '').length

/** Rows aligned in columns two spaces apart; the header is dimmed, trailing blanks are cut. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => visibleWidth(row[column] ?? ''))))
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - visibleWidth(cell)))).join('  ').trimEnd()
  return [paint('dim', line(header)), ...rows.map(line)]
}

export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const line of formatTable(header, rows)) print(line)
}
