/** The certificate that users see is about to end. */
import { type Drill, UNNOTICED } from '../../src/report/drill.ts'
import { endAsMeant, endIn, shownOn } from '../../src/report/drill-certificate.ts'

export const ending: Drill = {
  family: 'certificate',
  name: 'ending',
  hypothesis: 'A certificate by ACME that ends soon is renewed once, and shown by both entry machines before anybody notices.',
  targets: ({ plan }) => (plan.entry.tls?.kind === 'acme' ? plan.machines.filter((machine) => machine.roles.includes('entry')) : []),
  says: (targets) => `the certificate that ${targets} show is about to end, by the stack's own record`,
  script: async (stage) => {
    const { targets, event, claim } = stage
    const shown = (): Promise<string[]> => Promise.all(targets.map(({ name }) => shownOn(stage, name)))
    const before = await shown()
    await endIn(stage, 5000)
    for (const { name } of targets) await event('certificate', name)
    const after = await shown()
    claim('all entry machines show the same new certificate', new Set(after).size === 1 && !before.includes(after[0] ?? ''))
    claim('the authority was asked once', stage.heard().filter(({ kind, machine }) => kind === 'certificate' && machine === null).length === 1)
  },
  cleanUp: endAsMeant,
  noticedBy: 'certificate',
  ending: { replaced: 'nobody', tells: ['certificate'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Nothing: nginx is reloaded on one entry machine after the other, and connections end in their own time.',
  budgets: [...UNNOTICED, { measure: 'noticedMs', max: 60_000 }],
}
