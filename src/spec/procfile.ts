/** Procfiles: how an application says what its processes are, one `name: command` a line. */

const LINE = /^([A-Za-z0-9_-]+):[ \t]*(\S.*)$/gm

/** The first line of each name; what is no such line is passed over. */
export function parseProcfile(text: string): Readonly<Record<string, string>> {
  const lines = [...text.matchAll(LINE)].map(([, name = '', command = '']) => [name, command.trim()] as const)
  return Object.fromEntries(lines.toReversed())
}
