/** `regrow why <machine>`: what is known of it, which rules were tried, which guards refuse, and what would have to change. */
import type { Command } from 'commander'
import type { WhyAnswer } from '../controller/api.ts'
import { connectStack } from '../provision/stack-connection.ts'
import { loadStack } from '../spec/load.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { paint, print, printJson, printTable } from './output.ts'

export function registerWhy(program: Command): void {
  withStackOptions(program.command('why <machine>').description('what is known of a machine, what the rules and guards say of it, and what would have to change')).action(why)
}

async function why(name: string, options: StackOptions): Promise<void> {
  const connection = await connectStack(await loadStack({ ...loadOptions(options), values: 'optional' }))
  try {
    const answer = await connection.why(name)
    if (options.json === true) printJson(answer)
    else showWhy(answer)
  } finally {
    await connection.close()
  }
}

export function showWhy(answer: WhyAnswer): void {
  const { verdict } = answer
  const kind = verdict === null ? paint('green', 'nothing to do') : verdict.kind === 'act' ? paint('cyan', 'acts') : paint('yellow', 'holds')
  print(`${paint('bold', answer.machine)}  ${kind}${verdict === null ? '' : `  ${verdict.sentence}`}`)
  if (answer.remedy !== null) print(`  to change that: ${answer.remedy}`)
  print()
  for (const line of answer.facts) print(`  ${line}`)
  print()
  printTable(['RULE', 'SAYS', 'WHY'], answer.rules.map(({ rule, kind: says, sentence }) => [rule, says === 'act' ? paint('cyan', 'act') : says === 'hold' ? paint('yellow', 'hold') : '-', sentence ?? '']))
  print()
  printTable(['GUARD OF A REPLACEMENT', '', 'WHY'], answer.guards.map(({ guard, refuses, sentence }) => [guard, refuses ? paint('red', 'refuses') : paint('green', 'lets it pass'), sentence ?? '']))
  const remedies = answer.guards.flatMap(({ guard, remedy }) => (remedy === null ? [] : [`  ${guard}: ${remedy}`]))
  if (remedies.length > 0) print(`\nWhat would have to change:\n${remedies.join('\n')}`)
}
