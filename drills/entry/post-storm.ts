/** One address sends writes by the hundred at once, for as long as the application takes them. */
import { bystander, holdersNow, theHolder } from '../../src/report/drill-entry.ts'
import type { Drill } from '../../src/report/drill.ts'

const LASTS_MS = 15_000
const AT_ONCE = 700

export const postStorm: Drill = {
  family: 'entry',
  name: 'post-storm',
  hypothesis: 'Who sends too much is told so, and everybody else is served meanwhile.',
  targets: theHolder,
  says: (target) => `one client sends ${AT_ONCE} writes at once to ${target}, again and again for ${LASTS_MS / 1000} s`,
  script: async (stage) => {
    const { scene, run, target, claim } = stage
    const told = JSON.parse(await run(bystander(stage), 'node', '--eval', storm(scene.plan.entry.vip))) as Readonly<Record<string, number>>
    claim(`the client is told that it is too much (${JSON.stringify(told)})`, (told['429'] ?? 0) > 0)
    const holders = await holdersNow(stage)
    claim('the address stays where it is', holders.length === 1 && holders[0] === target.name)
  },
  noticedBy: null,
  ending: { replaced: 'nobody', neverTells: ['decided', 'rebooted', 'restarted'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Reads go on as ever. Writes of others wait behind those that were let in, for a few seconds.',
  budgets: [
    { measure: 'vipReadGapMs', max: 1000 },
    { measure: 'vipWriteGapMs', max: 8000 },
    { measure: 'sqlGapMs', max: 2000 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 60_000 },
  ],
}

/** Transfers to and fro between two accounts that nobody else uses; whoever is turned away comes again after 100 ms. Prints how often each status came. */
const storm = (vip: string): string => `
const https = require('node:https')
const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: ${AT_ONCE} })
const endMs = Date.now() + ${LASTS_MS}
const told = {}
let number = 0
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const post = () => new Promise((resolve) => {
  const flip = number++ % 2
  const body = JSON.stringify({ id: 'storm-' + endMs + '-' + number, from: 99 + flip, to: 100 - flip, amount: 1 })
  const request = https.request({ host: '${vip}', agent, method: 'POST', path: '/transfers', headers: { 'content-type': 'application/json', 'content-length': body.length } }, (answer) => { answer.resume(); answer.on('close', () => resolve(answer.statusCode)) })
  request.on('error', (error) => resolve(error.code || 'error'))
  request.setTimeout(20000, () => request.destroy())
  request.end(body)
})
const one = async () => {
  while (Date.now() < endMs) {
    const status = await post()
    told[status] = (told[status] || 0) + 1
    if (status !== 200) await pause(100)
  }
}
Promise.all(Array.from({ length: ${AT_ONCE} }, one)).then(() => { console.log(JSON.stringify(told)); process.exit(0) })
`
