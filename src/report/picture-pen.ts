/** Colours that can be switched off, and text that is cut to its room; pure. */
import type pc from 'picocolors'

export type Pen = ReturnType<typeof pc.createColors>

// oxlint-disable-next-line no-control-regex -- the escape sequences that picocolors writes
const ESCAPE = /\u001b\[[0-9;]*m/y

/** Cuts to `width` columns; escape sequences take no room, and those behind the cut are kept, so that colours end. */
export function fit(text: string, width: number): string {
  let columns = 0
  let result = ''
  for (let at = 0; at < text.length; ) {
    ESCAPE.lastIndex = at
    const escape = ESCAPE.exec(text)?.[0]
    if (escape !== undefined) {
      result += escape
      at += escape.length
    } else {
      if (columns < width) result += text[at]
      columns += 1
      at += 1
    }
  }
  return result
}

/** Breaks plain text between words into lines of at most `width` columns. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}
