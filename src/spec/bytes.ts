/** Sizes as people write them: `64kB`, `32MB`, `1GB`, in powers of 1024. */

const BYTES: Readonly<Record<string, number>> = { kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }
export const BYTES_PATTERN = /^(\d{1,6})(kB|MB|GB)$/

/** Undefined when it is none. */
export function parseBytes(text: string): number | undefined {
  const [, amount, unit] = BYTES_PATTERN.exec(text) ?? []
  return amount === undefined || unit === undefined ? undefined : Number(amount) * (BYTES[unit] ?? NaN)
}
