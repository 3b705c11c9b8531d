/** The command line: one verb a file; errors end here as sentences and exit codes. */
import { Command, CommanderError } from 'commander'
import { OperationError, UserError } from '../lib/errors.ts'
import { errorFields } from '../lib/log.ts'
import { registerCertificates } from './certificates.ts'
import { registerCheck } from './check.ts'
import { registerDemo } from './demo.ts'
import { registerDeploy } from './deploy.ts'
import { registerDestroy } from './destroy.ts'
import { registerDrill } from './drill.ts'
import { registerHints } from './hints.ts'
import { registerIncidents } from './incidents.ts'
import { registerInit } from './init.ts'
import { registerLab } from './lab.ts'
import { registerLogs } from './logs.ts'
import { registerMetrics } from './metrics.ts'
import { registerNotify } from './notify.ts'
import { note, paint } from './output.ts'
import { registerPause, registerResume } from './pause.ts'
import { registerPlan } from './plan.ts'
import { registerRender } from './render.ts'
import { registerReplace } from './replace.ts'
import { registerSchema } from './schema.ts'
import { registerStatus } from './status.ts'
import { registerSwitchover } from './switchover.ts'
import { registerUp } from './up.ts'
import { registerWhy } from './why.ts'

/** 0 = done; 1 = it ran, and the answer is no (a budget broken, not converged); 2 = mend the input; 3 = an operation failed. */
const EXIT = { user: 2, operation: 3 } as const

const VERBS = [registerInit, registerCheck, registerPlan, registerRender, registerUp, registerDeploy, registerStatus, registerReplace, registerSwitchover, registerWhy, registerPause, registerResume, registerIncidents, registerHints, registerCertificates, registerNotify, registerMetrics, registerDrill, registerDemo, registerLogs, registerDestroy, registerLab, registerSchema]

export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('regrow')
    .description('one short file becomes a self-healing, highly available stack, and proves that it heals')
    .version('0.1.0')
    .exitOverride()
    .showHelpAfterError('(regrow --help lists the verbs)')
  for (const register of VERBS) register(program)
  for (const verb of program.commands) verb.exitOverride()
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return report(error)
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.user
  if (error instanceof UserError) {
    note(`${paint('red', 'error:')} ${error.where === undefined ? '' : `${error.where}: `}${error.message}`)
    if (error.next !== undefined) note(`  next: ${paint('bold', error.next)}`)
    return EXIT.user
  }
  if (error instanceof OperationError) {
    const { cause, stderr } = errorFields(error)
    note(`${paint('red', 'failed:')} ${error.message}`)
    for (const detail of [cause, stderr]) if (detail !== undefined) note(paint('dim', `  ${detail.trim().replaceAll('\n', '\n  ')}`))
    note(`  next: ${paint('bold', error.next ?? 'regrow status')}`)
    return EXIT.operation
  }
  throw error
}
