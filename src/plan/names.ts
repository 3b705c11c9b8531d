/** Order of machine names: db-2 before db-10. */

/** Compares digits as numbers and the rest as text. */
export function compareNames(a: string, b: string): number {
  const [left, right] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []]
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const [x, y] = [left[at] ?? '', right[at] ?? '']
    if (x === y) continue
    const byNumber = Number(x) - Number(y)
    if (!Number.isNaN(byNumber) && byNumber !== 0) return byNumber
    return x < y ? -1 : 1
  }
  return left.length - right.length
}
