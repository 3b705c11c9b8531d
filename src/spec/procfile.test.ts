import { expect, test } from 'vitest'
import { parseProcfile } from './procfile.ts'

test.each<[string, string, Record<string, string>]>([
  ['one line', 'web: node server.mjs\n', { web: 'node server.mjs' }],
  ['several', 'worker: x y\nweb:   bundle exec puma -p $PORT  \r\n', { worker: 'x y', web: 'bundle exec puma -p $PORT' }],
  ['an empty line does not take the next one', 'web:\nworker: x\n', { worker: 'x' }],
  ['comments and nothing', '# web: x\n\n', {}],
  ['the first of a name counts', 'a: 1\na: 2\n', { a: '1' }],
])('%s', (_name, text, lines) => {
  expect(parseProcfile(text)).toEqual(lines)
})
