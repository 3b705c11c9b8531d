/** How a value is written in YAML on one line, and which of the known words was probably meant. */

/** `rise: 3`, `env: [SESSION_SECRET]`, `entry: { vip: 10.77.0.10 }` */
export const writeLine = (key: string, value: unknown): string => `write: ${key}: ${flow(value)}`

export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${flow(inner)}`)
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
  }
  return typeof value === 'string' ? scalar(value) : String(value)
}

/** Quotes only where YAML would read something else. */
const scalar = (text: string): string =>
  /^[A-Za-z0-9./_~-][A-Za-z0-9./_~ :-]*$/.test(text) && !/^[-+]?\.?\d[\d_]*\.?\d*$|^(?:true|false|null|~)$|: |:$| $|^-(?: |$)/i.test(text) ? text : JSON.stringify(text)

/** The known word that is nearest to what was written, if it is near enough to be a slip of the fingers. */
export function didYouMean(written: string, known: readonly string[]): string | undefined {
  const plain = (word: string): string => word.toLowerCase().replaceAll(/[-_\s]/g, '')
  const ranked = known
    .map((word) => ({ word, distance: editDistance(plain(written), plain(word)) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.word.length / 3)) ? best.word : undefined
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array.from({ length: b.length }, () => 0)])
  rows[0] = Array.from({ length: b.length + 1 }, (_, j) => j)
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity
      const row = rows[i]
      if (row !== undefined) row[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost, swapped)
    }
  }
  return at(a.length, b.length)
}
