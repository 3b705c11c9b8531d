/** Which Debian packages are installed, from dpkg's own database. */

/** Keys `name:architecture` of stanzas whose status is `installed`; no values, for an upgrade is no drift. */
export function parseDpkgStatus(text: string): Readonly<Record<string, string>> {
  const installed: Record<string, string> = {}
  for (const stanza of text.split('\n\n')) {
    if (!/^Status: \S+ \S+ installed$/m.test(stanza)) continue
    const name = /^Package: (.+)$/m.exec(stanza)?.[1]
    const architecture = /^Architecture: (.+)$/m.exec(stanza)?.[1] ?? 'all'
    if (name !== undefined) installed[`${name}:${architecture}`] = ''
  }
  return installed
}
