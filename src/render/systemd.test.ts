import { expect, test } from 'vitest'
import { environmentFile, execArgument } from './systemd.ts'

test('an argument of ExecStart= survives quotes, specifiers, variables and escapes', () => {
  expect(execArgument('node server.mjs')).toBe('"node server.mjs"')
  expect(execArgument('echo "100%" $HOME \\n')).toBe('"echo \\"100%%\\" $$HOME \\\\n"')
})

test('a command of two lines is refused: systemd would read the second as a setting', () => {
  expect(() => execArgument('true\nUser=root')).toThrow('one line')
})

test('an environment file is sorted and quoted', () => {
  expect(environmentFile({ B: 'a "quoted" \\ $HOME `id`', A: 'two\nlines' })).toBe('A="two\nlines"\nB="a \\"quoted\\" \\\\ \\$HOME \\`id\\`"\n')
})
