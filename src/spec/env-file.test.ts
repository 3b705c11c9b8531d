import { expect, test } from 'vitest'
import { parseEnvFile } from './env-file.ts'

test.each([
  ['A=1', '1'],
  ['A=', ''],
  ['  A=x y  ', 'x y'],
  ['A=x # comment', 'x'],
  ['A=x#y', 'x#y'],
  ['A=#', ''],
  ['A=a=b', 'a=b'],
  ["A='$x # \\n'", '$x # \\n'],
  ['A="a\\n\\"b\\" \\$ \\\\ \\x # c"  # comment', 'a\n"b" $ \\ \\x # c'],
  ['A="" # empty', ''],
  ['\uFEFFA=1\r', '1'],
])('%j sets A to %j', (text, value) => {
  expect(parseEnvFile(text)).toMatchObject({ values: { A: value }, problems: [] })
})

test('blank lines and comments are skipped, and lines are known', () => {
  const { values, lines } = parseEnvFile('\n# A=1\n\nB=2\n  # x\nC=3\n')
  expect(values).toEqual({ B: '2', C: '3' })
  expect(Object.fromEntries(lines)).toEqual({ B: 4, C: 6 })
})

test('every mistake has its place, and no message has a value in it', () => {
  const text = ['hunter2', 'export A=hunter2', 'B =hunter2', '1C=hunter2', 'D=1', 'D=hunter2', 'E="hunter2', "F='a'hunter2", 'G-H=hunter2'].join('\n')
  const { problems } = parseEnvFile(text)
  expect(problems.map(({ line, column, message, instead }) => `${line}:${column} ${message} (${instead})`)).toEqual([
    '1:1 should be NAME=value (write: NAME=value, or # before a comment)',
    '2:1 is not a shell script (write: A=…)',
    '3:1 has blanks before the = (write: B=…)',
    '4:1 the name should have letters, digits and _, and no digit first (write: NAME=value)',
    '6:1 D is set a second time (first on line 5) (keep one of the two)',
    '7:3 the quote " is not closed on this line (close it, or write \\n for a line break between double quotes)',
    '8:6 something stands after the closing quote (write the whole value between the quotes)',
    '9:1 the name should have letters, digits and _, and no digit first (write: NAME=value)',
  ])
  expect(JSON.stringify(problems)).not.toContain('hunter2')
})

test('a name from the prototype chain is just a name', () => {
  const { values } = parseEnvFile('__proto__=1\nconstructor=2')
  expect(Object.entries(values)).toEqual([['__proto__', '1'], ['constructor', '2']])
})
