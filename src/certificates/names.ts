/** Which names a certificate stands for. */

/** RFC 6125: a wildcard stands for one label. */
export const covers = ({ names }: { readonly names: readonly string[] }, name: string): boolean =>
  names.some((one) => one === name || (one.startsWith('*.') && name.includes('.') && one.slice(1) === name.slice(name.indexOf('.'))))
