/** A machine dies, and the provider refuses the next two times that Terraform wants to change something. */
import type { Drill } from '../../src/report/drill.ts'
import { anAppMachine } from '../../src/report/drill-targets.ts'

const TERRAFORM = '/usr/lib/regrow/terraform'
const REAL = `${TERRAFORM}.real`
/** How many applies are still to fail. */
const LEFT = '/run/regrow-drill-terraform'
const TIMES = 2

const WRAPPER = `#!/bin/sh
left=$(cat ${LEFT} 2>/dev/null || echo 0)
if [ "$1" = apply ] && [ "$left" -gt 0 ]; then
  echo $((left - 1)) >${LEFT}
  echo "Error: the provider answers 503 (a drill)" >&2
  exit 1
fi
exec ${REAL} "$@"
`
const INSTALL = `test -e ${REAL} || mv ${TERRAFORM} ${REAL}; printf %s "$1" >${TERRAFORM}; chmod 755 ${TERRAFORM}; echo ${TIMES} >${LEFT}`
const REMOVE = `if test -e ${REAL}; then mv -f ${REAL} ${TERRAFORM}; fi; rm -f ${LEFT}`

export const failsTwice: Drill = {
  family: 'terraform',
  name: 'fails-twice',
  hypothesis: 'A provider that refuses for a while delays a replacement; nothing is made twice, and nobody needs to come.',
  targets: anAppMachine,
  says: (target) => `${target} loses power, and the next ${TIMES} runs of terraform apply fail`,
  prepare: async ({ scene, run }) => void (await run(scene.status.controller.machine, 'sh', '-c', INSTALL, 'install', WRAPPER)),
  script: async ({ target, scene, power, settled, run, claim }) => {
    await power(target.name, 'off')
    await settled()
    claim(`terraform apply has failed ${TIMES} times`, (await run(scene.status.controller.machine, 'cat', LEFT)).trim() === '0')
  },
  cleanUp: async ({ scene, run }) => void (await run(scene.status.controller.machine, 'sh', '-c', REMOVE)),
  noticedBy: 'silent',
  ending: { replaced: 'targets', tells: ['action-failed'] },
  deadMachine: false,
  takesAway: true,
  expect: 'As with any application machine that loses power, only that it takes longer. `regrow status` has Terraform\'s own words meanwhile.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'noticedMs', max: 2000 },
    { measure: 'redundantAfterConfirmMs', max: 30_000 },
  ],
}
