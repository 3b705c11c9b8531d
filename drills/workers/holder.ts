/** The app machine that runs what runs once in the stack loses power. */
import { isPrimary } from '../../src/report/drill-targets.ts'
import type { Stage } from '../../src/report/drill-stage.ts'
import type { Drill } from '../../src/report/drill.ts'

/** Eleven seconds of waiting, a look each second, and the start. */
const TAKEN_OVER_MS = 16_000
const GIVEN_UP_MS = 60_000

export const holder: Drill = {
  family: 'workers',
  name: 'holder',
  hypothesis: 'What runs once in the stack runs on another app machine within sixteen seconds, and never on two.',
  targets: ({ plan, status }) => {
    const apps = plan.machines.filter((machine) => machine.roles.includes('app'))
    return apps.length < 2 ? [] : apps.filter(({ name }) => status.machines.some((machine) => machine.name === name && machine.facts?.work?.holdsLease === true))
  },
  says: (target) => `${target}, which runs what runs once, loses power`,
  script: async (stage) => {
    const { target, scene, power, run, sleep, claim } = stage
    const before = await termOf(stage)
    const others = scene.plan.machines.filter((machine) => machine.roles.includes('app') && machine.name !== target.name)
    await power(target.name, 'off')
    const startedMs = Date.now()
    const isHeld = async (): Promise<boolean> => {
      const states = await Promise.all(others.map(({ name }) => run(name, 'systemctl', 'is-active', 'regrow-one.target').then(() => true, () => false)))
      return states.includes(true)
    }
    let held = false
    while (!held && Date.now() - startedMs < GIVEN_UP_MS) {
      await sleep(200)
      held = await isHeld()
    }
    claim(`another machine had taken over within ${TAKEN_OVER_MS / 1000} s`, held && Date.now() - startedMs <= TAKEN_OVER_MS)
    claim('nobody took over from that one in turn', (await termOf(stage)) === before + 1)
  },
  noticedBy: 'silent',
  ending: { replaced: 'targets' },
  deadMachine: true,
  takesAway: true,
  expect: 'What `power-off app` costs. Workers and jobs of which one runs pause for 11 to 13 s.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedStatements', max: 0 },
  ],
}

/** Grows with every holder. */
async function termOf({ scene, run }: Stage): Promise<number> {
  const primary = scene.plan.machines.find((machine) => isPrimary(machine, scene))
  const text = await run(primary?.name ?? '', 'runuser', '-u', 'postgres', '--', 'psql', '--no-psqlrc', '--tuples-only', '--no-align', `--dbname=${scene.plan.database.name}`, '--command=SELECT term FROM regrow.one')
  return Number(text.trim())
}
