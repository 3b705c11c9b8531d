/** Pure: the part of docs/benchmarks.md that a bench writes. */

/** Between the bench's marks; at the end of the page when it has none. */
export function putSection(page: string, bench: string, section: string): string {
  const [begin, end] = [`<!-- ${bench} begins: written by \`npm run ${bench}\` -->`, `<!-- ${bench} ends -->`]
  const text = `${begin}\n${section}${end}`
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  return from < 0 || to < from ? `${page.trimEnd()}\n\n${text}\n` : page.slice(0, from) + text + page.slice(to + end.length)
}

const tableLine = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** The first column is text, the others are figures. */
export const tableOf = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  [columns, columns.map((_, index) => (index === 0 ? '---' : '---:')), ...rows].map(tableLine).join('\n')
