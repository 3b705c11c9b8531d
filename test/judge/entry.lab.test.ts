/** What a rendered entry machine says to clients, by nginx itself, with two applications that do as each request tells them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensurePackagesLayer, packagesLayer } from '../../lab/image-packages.ts'
import { CACHE_ROOT } from '../../src/render/nginx/cache.ts'
import { renderManifest } from '../../src/render/render-manifest.ts'
import { acmePlan, acmeRelease, acmeSecrets } from '../fixtures/stack.ts'
import { Chamber, type Room } from './chamber.ts'
import { identityMaker } from './identities.ts'

const refusal = process.platform !== 'linux' ? 'not Linux' : process.getuid?.() !== 0 ? 'not root' : undefined
const AT_ONCE = 20
const plan = acmePlan('standard', { entry: { vip: '10.77.0.10', domain: 'acme.example', stale: [{ path: '/prices', for: '1h' }, { path: '/catalog/*', for: '10m' }], limits: { connections: AT_ONCE } } })
const machine = plan.machines.find(({ name }) => name === 'entry-1')!
const [one = '', two = ''] = plan.machines.filter(({ roles }) => roles.includes('app')).map(({ address }) => address)

/** `?one=500`: the first application answers so; 0: it closes the connection. `moody` does so to every request from then on. */
const APPLICATIONS = `
const http = require('node:http')
let asked = 0
let mood = 200
for (const [name, host] of [['one', '${one}'], ['two', '${two}']]) {
  http.createServer((request, response) => {
    const url = new URL(request.url, 'http://x')
    if (url.pathname === '/count') return response.end(String(asked))
    if (url.pathname === '/moody') return response.end(String(mood = Number(url.searchParams.get('mood'))))
    asked += 1
    const status = Number(url.searchParams.get(name) ?? mood)
    request.resume().on('end', () => {
      if (status === 0) return request.socket.destroy()
      for (const header of ['cache-control', 'set-cookie']) if (url.searchParams.has(header)) response.setHeader(header, url.searchParams.get(header))
      setTimeout(() => response.writeHead(status).end(status + ' from ' + name + ', answer ' + asked), Number(url.searchParams.get('after') ?? 0))
    })
  }).listen(8080, host)
}`

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

describe.skipIf(refusal !== undefined)(`an entry machine${refusal === undefined ? '' : ` (skipped: ${refusal})`}`, () => {
  let chamber: Chamber
  let room: Room

  const ask = async (path: string, ...options: readonly string[]): Promise<Answer> => {
    const { stdout } = await room.run(['curl', '--silent', '--insecure', '--include', '--http1.1', '--max-time', '20', ...options, `https://${machine.address}${path}`])
    const [head = '', ...rest] = stdout.split(/\r?\n\r?\n/)
    const [first = '', ...lines] = head.split(/\r?\n/)
    return { status: Number(first.split(' ')[1]), headers: Object.fromEntries(lines.map((line) => [line.split(':')[0]!.toLowerCase(), line.slice(line.indexOf(':') + 2)])), body: rest.join('\n\n') }
  }
  const direct = async (path: string): Promise<string> => (await room.run(['curl', '--silent', `http://${one}:8080${path}`])).stdout
  const often = (times: number, path: string, ...options: readonly string[]): Promise<Answer[]> => Promise.all(Array.from({ length: times }, () => ask(path, ...options)))
  const statuses = (answers: readonly Answer[]): number[] => [...new Set(answers.map(({ status }) => status))]
  const HTML = ['--header', 'Accept: text/html,*/*']
  const JSON_ONLY = ['--header', 'Accept: application/json']
  const POST = ['--data', 'x', ...JSON_ONLY]
  /** Longer than nginx leaves a server alone. */
  const forgotten = (): Promise<unknown> => room.run(['sleep', '2.2'])

  beforeAll(async () => {
    chamber = await Chamber.open(packagesLayer(await ensurePackagesLayer((line) => process.stderr.write(`${line}\n`))))
    const makeIdentity = await identityMaker('acme')
    room = await chamber.furnish('entry', machine.address, renderManifest(plan, machine.name, acmeSecrets, acmeRelease), await makeIdentity(plan, machine))
    const started = await room.script(`
      ip address add ${one}/32 dev lo; ip address add ${two}/32 dev lo
      cat >/tmp/applications.cjs <<'END'
${APPLICATIONS}
END
      setsid node /tmp/applications.cjs >/tmp/applications.log 2>&1 </dev/null &
      sh /etc/regrow/nginx/prepare.sh && nginx </dev/null >/dev/null 2>&1
      for attempt in 1 2 3 4 5 6 7 8 9 10; do sleep 0.3; curl --silent --fail http://${two}:8080/count && break; done`)
    expect(started, started.stderr).toMatchObject({ code: 0 })
  }, 120_000)
  afterAll(() => chamber.close())

  test('a read that one application answers 500 or 502 is answered by the other', async () => {
    expect(statuses(await often(10, '/?one=500'))).toEqual([200])
    await forgotten()
    expect(statuses(await often(10, '/?two=502'))).toEqual([200])
  })
  test('what all answer is passed on, and takes nothing else with it', async () => {
    await forgotten()
    expect(statuses(await often(10, '/?one=500&two=500', ...JSON_ONLY))).toEqual([500])
    expect((await ask('/?one=500&two=500', ...HTML)).body).toMatch(/^500 from/)
    expect(statuses(await often(6, '/'))).toEqual([200])
    expect(statuses(await often(6, '/', ...POST))).toEqual([200])
  })
  test('a 503 is the application\'s own word to programs, and a page to people; neither is asked twice', async () => {
    const before = Number(await direct('/count'))
    expect(await ask('/?one=503&two=503', ...JSON_ONLY)).toMatchObject({ status: 503, body: expect.stringMatching(/^503 from/) })
    expect(Number(await direct('/count')) - before).toBe(1)
    const page = await ask('/?one=503&two=503', ...HTML)
    expect(page).toMatchObject({ status: 503, headers: { 'retry-after': '5', 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8', 'x-regrow-entry': 'entry-1' } })
    expect(page.body).toContain('<h1>Back in a moment</h1>')
  })
  test('a write that was sent is sent once, and its outcome is unknown', async () => {
    await forgotten()
    const before = Number(await direct('/count'))
    const answer = await ask('/?one=0&two=0', ...POST)
    expect(answer.status).toBe(502)
    expect(JSON.parse(answer.body)).toMatchObject({ outcome: 'unknown' })
    expect(answer.headers['retry-after']).toBeUndefined()
    expect(Number(await direct('/count')) - before).toBe(1)
    await forgotten()
    expect(statuses(await often(4, '/?one=500&two=500', ...POST))).toEqual([500])
  })
  test('an old answer is served for what may be old, and says so', async () => {
    await forgotten()
    const fresh = await ask('/prices')
    expect(fresh.headers['x-regrow-cache']).toBeUndefined()
    await direct('/moody?mood=503')
    await forgotten()
    expect(await ask('/prices')).toMatchObject({ status: 200, body: fresh.body, headers: { 'x-regrow-cache': 'stale', 'x-regrow-cached-at': expect.stringMatching(/GMT$/) } })
    expect((await ask('/other')).status).toBe(503)
    expect((await ask('/prices', '--cookie', 'session=1')).status).toBe(503)
    expect((await ask('/prices', '--user', 'ann:secret')).status).toBe(503)
    await direct('/moody?mood=200')
  })
  test.each(['/catalog/a?cache-control=private', '/catalog/b?cache-control=no-store', '/catalog/c?set-cookie=session%3D1'])('%s is never kept', async (path) => {
    const [first, second] = [await ask(path), await ask(path)]
    expect(second.body).not.toBe(first.body)
  })
  test('what is older than allowed goes', async () => {
    const left = await room.script(`
      touch ${CACHE_ROOT}/stale_600s/young ${CACHE_ROOT}/stale_3600s/young; touch --date='-700 seconds' ${CACHE_ROOT}/stale_600s/old ${CACHE_ROOT}/stale_3600s/old
      sed -n 's/^ExecStart=-//p' /etc/systemd/system/regrow-stale-sweep.service | sh
      cd ${CACHE_ROOT}; ls */young */old 2>/dev/null || true`)
    expect(left.stdout.split('\n').toSorted()).toEqual(['stale_3600s/old', 'stale_3600s/young', 'stale_600s/young'])
  })
  test('an address that sends too much at once is told so, and when to come again', async () => {
    const answers = await often(2 * AT_ONCE, '/?after=5000')
    expect(statuses(answers).toSorted((left, right) => left - right)).toEqual([200, 429])
    expect(answers.find(({ status }) => status === 429)).toMatchObject({ headers: { 'retry-after': '1' }, body: expect.stringContaining('too many requests') })
  }, 30_000)
  test('a machine that is gone fails nobody, also while no agent tells nginx so', async () => {
    await room.script(`ip address del ${two}/32 dev lo`)
    expect(statuses(await often(10, '/'))).toEqual([200])
    expect(statuses(await often(4, '/', ...POST))).toEqual([200])
  })
  test('with no application left reads come back later, and a write was not done', async () => {
    await room.script('pkill -f applications.cjs || true; sleep 0.3')
    expect(await ask('/', ...JSON_ONLY)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
    for (let times = 0; times < 8; times++) {
      const answer = await ask('/', ...POST)
      expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
      expect(JSON.parse(answer.body)).toMatchObject({ outcome: 'not-done' })
    }
    expect(await ask('/prices')).toMatchObject({ status: 200, headers: { 'x-regrow-cache': 'stale' } })
  })
})
