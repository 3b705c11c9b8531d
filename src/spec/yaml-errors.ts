/** The YAML parser's findings in the words of someone who wants to mend the file. */
import type { YAMLError } from 'yaml'

interface Explanation {
  readonly message: string
  readonly instead: string
}

/** By the parser's code; what is not listed keeps the parser's own words. */
export function explainYaml(error: YAMLError, text: string): Explanation {
  const word = /^[^\s:,{}[\]]+/.exec(text.slice(error.pos[0]))?.[0] ?? ''
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return { message: 'a tab is used for indentation', instead: 'write spaces' }
    case 'DUPLICATE_KEY':
      return { message: `${word} is written twice in the same group`, instead: 'keep one of the two' }
    case 'BAD_INDENT':
      return { message: own(error), instead: 'indent the line like its neighbours, or close the bracket before it' }
    case 'MISSING_CHAR':
      return { message: own(error), instead: 'add what is missing before this place' }
    case 'BLOCK_AS_IMPLICIT_KEY':
      return { message: 'a second "key: value" stands on the same line', instead: 'put it on a line of its own, or the text between quotes' }
    case 'MULTILINE_IMPLICIT_KEY':
      return { message: `"${word}" is followed by no ": "`, instead: 'write a blank after the colon' }
    case 'MULTIPLE_DOCS':
      return { message: 'a second document starts here', instead: 'keep one document in the file' }
    case 'TAG_RESOLVE_FAILED':
      return { message: `the tag ${word} means nothing here`, instead: 'leave it out' }
    case 'BAD_SCALAR_START':
      return { message: own(error), instead: 'put the text between quotes' }
    default:
      return { message: own(error), instead: 'see the line before it too' }
  }
}

const own = (error: YAMLError): string => error.message.charAt(0).toLowerCase() + error.message.slice(1)
