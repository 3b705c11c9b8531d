import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { generateSecrets } from '../secrets/generate.ts'
import { ensureIdentity } from '../secrets/identity.ts'
import { writeSecrets } from '../secrets/store.ts'
import { inspectStack, loadStack } from './load.ts'
import { formatProblem } from './problem.ts'

let directory: string
let file: string

const SPEC = `stack: acme
provider: lab
network: 10.77.0.0/24
entry: { vip: 10.77.0.10, domain: acme.example }
app: { release: ./release, env: [SESSION_SECRET, API_KEY] }
database: { vip: 10.77.0.20, reportsVip: 10.77.0.21 }
`

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'regrow-load-'))
  file = join(directory, 'regrow.yaml')
  vi.stubEnv('REGROW_IDENTITY_FILE', join(directory, 'identity.txt'))
  await write('regrow.yaml', SPEC)
  await write('release/Procfile', 'web: node server.js\n')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(directory, { recursive: true })
})

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(directory, path, '..'), { recursive: true })
  await writeFile(join(directory, path), text)
}

const problems = async (environment?: string): Promise<string[]> =>
  (await inspectStack({ file, environment })).problems.map((problem) => formatProblem(problem).replaceAll(`${directory}/`, ''))

test('values come from the environment file', async () => {
  await write('env/lab.env', 'SESSION_SECRET=s3cret\nAPI_KEY="k"\n')
  const loaded = await loadStack({ file })
  expect(loaded).toMatchObject({ environment: 'lab', directory, file, envValues: { SESSION_SECRET: 's3cret', API_KEY: 'k' }, warnings: [] })
  expect(loaded.plan.app.release).toBe(join(directory, 'release'))
})

test('… or from the encrypted secrets', async () => {
  await ensureIdentity()
  await writeSecrets(directory, 'lab', await generateSecrets('acme', ['SESSION_SECRET']))
  await write('env/lab.env', 'API_KEY=k\n')
  expect(await problems()).toEqual([])
})

test('a name without a value anywhere is an error, and a warning where nothing runs', async () => {
  await write('env/lab.env', 'SESION_SECRET=1\n')
  expect(await problems()).toEqual([
    `regrow.yaml:5:34  app.env[0]: SESSION_SECRET has no value in the environment lab (run: regrow init --dir ${directory} --env lab)`,
    `regrow.yaml:5:50  app.env[1]: API_KEY has no value in the environment lab (run: regrow init --dir ${directory} --env lab)`,
    'env/lab.env:1:1  warning: SESION_SECRET: is neither in app.env, app.registry nor notify, so nobody gets it: did you mean SESSION_SECRET? (write: SESSION_SECRET=…)',
  ])
  expect((await loadStack({ file, values: 'optional' })).warnings).toHaveLength(3)
})

test('what notify names has to be in the environment file, as an address where one is needed', async () => {
  await write('regrow.yaml', `${SPEC}notify: [{ kind: ntfy, url: NTFY_URL }, { kind: slack, url: SLACK_URL }]\n`)
  await write('env/lab.env', 'SESSION_SECRET=1\nAPI_KEY=2\nSLACK_URL=hooks.example/s3cret\n')
  expect(await problems()).toEqual([
    'regrow.yaml:7:29  notify[0].url: NTFY_URL has no value in the environment lab (add a line NTFY_URL=… to env/lab.env)',
    'env/lab.env:3:11  SLACK_URL: should be an address that starts with https:// or http:// (write: SLACK_URL=https://…)',
  ])
})

test('an image is planned with its way in, and what is wrong with that is said', async () => {
  const image = 'registry.example:5000/acme/ledger:1.4'
  const withRegistry = (registry: string) => write('regrow.yaml', SPEC.replace('./release', `${image}, registry: ${registry}`))
  await write('env/lab.env', 'SESSION_SECRET=1\nAPI_KEY=2\nWHO=w\nWORD=s3cret\n')
  await withRegistry('{ user: WHO, password: WORD, insecure: true }')
  expect((await loadStack({ file })).plan.app).toMatchObject({
    release: image,
    image: { registry: 'registry.example:5000', repository: 'acme/ledger', tag: '1.4', digest: null, credentials: { userEnv: 'WHO', passwordEnv: 'WORD' }, ca: null, insecure: true },
  })
  await write('ca.pem', 'no certificate')
  await withRegistry('{ user: WHO, ca: ./ca.pem }')
  expect((await problems()).map((problem) => problem.replace(/\S*\/ca.pem/, 'ca.pem'))).toEqual([
    'regrow.yaml:5:68  app.registry.user: needs password beside it (write: password: REGISTRY_PASSWORD)',
    'regrow.yaml:5:83  app.registry.ca: ca.pem holds no certificate (name a PEM file with -----BEGIN CERTIFICATE-----)',
    'env/lab.env:4:1  warning: WORD: is neither in app.env, app.registry nor notify, so nobody gets it (add it to app.env, or leave it out)',
  ])
})

test('secrets that cannot be opened say why', async () => {
  await ensureIdentity()
  await writeSecrets(directory, 'lab', await generateSecrets('acme', ['SESSION_SECRET', 'API_KEY']))
  vi.stubEnv('REGROW_IDENTITY_FILE', join(directory, 'nowhere.txt'))
  const [first] = await problems()
  expect(first).toContain('SESSION_SECRET has no value in the environment lab: the age identity that opens your secrets cannot be read')
})

test('mistakes in the environment file stand beside those in the spec', async () => {
  await write('regrow.yaml', SPEC.replace('10.77.0.10', '10.99.0.10'))
  await write('env/lab.env', 'SESSION_SECRET=1\nAPI_KEY\n')
  expect(await problems()).toEqual([
    'regrow.yaml:4:15  entry.vip: 10.99.0.10 is outside the network 10.77.0.0/24 (write: vip: 10.77.0.10)',
    `regrow.yaml:5:50  app.env[1]: API_KEY has no value in the environment lab (run: regrow init --dir ${directory} --env lab)`,
    'env/lab.env:2:1  should be NAME=value (write: NAME=value, or # before a comment)',
  ])
})

test.each([
  ['./missing', 'there is no directory missing (write the path of your application, relative to this file)'],
  ['./regrow.yaml', 'regrow.yaml is not a directory (write the path of the directory that holds your application)'],
  ['.', 'holds this spec and its environment files: the whole directory goes to the app machines (move the application to a directory of its own, such as ./release)'],
  ['..', 'holds this spec and its environment files: the whole directory goes to the app machines (move the application to a directory of its own, such as ./release)'],
  ['ghcr.io/acme/shop', 'is no directory here, and an image names its registry and a tag or a whole digest (write: release: ghcr.io/acme/shop:latest)'],
  ['acme/shop:1.2', 'is no directory here, and an image names its registry and a tag or a whole digest (write: release: registry.example/acme/shop:1.2)'],
  ['ghcr.io/acme/shop@sha256:5e', 'is no directory here, and an image names its registry and a tag or a whole digest (write: release: ghcr.io/acme/shop:latest)'],
  ['./bare', 'nothing says how to start the application (write: command: … under app:, or a line web: … in a Procfile in the release)'],
])('release: %s', async (release, message) => {
  await mkdir(join(directory, 'bare'))
  await write('env/lab.env', 'SESSION_SECRET=1\nAPI_KEY=2\n')
  await write('regrow.yaml', SPEC.replace('./release', release))
  expect(await problems()).toEqual([`regrow.yaml:5:17  app.release: ${message}`])
})

test('the maintenance page is part of the plan; without its file it is an error', async () => {
  await write('env/lab.env', 'SESSION_SECRET=1\nAPI_KEY=2\n')
  await write('regrow.yaml', SPEC.replace('acme.example }', 'acme.example, maintenance: ./away.html }'))
  expect(await problems()).toEqual(['regrow.yaml:4:62  entry.maintenance: there is no readable file away.html (write the path of an HTML file, relative to this file, or leave it out)'])
  await write('away.html', '<h1>Back soon</h1>')
  expect((await loadStack({ file })).plan.entry.maintenance).toBe('<h1>Back soon</h1>')
})

test('a command makes a Procfile unnecessary', async () => {
  await mkdir(join(directory, 'bare'))
  await write('env/lab.env', 'SESSION_SECRET=1\nAPI_KEY=2\n')
  await write('regrow.yaml', SPEC.replace('./release', './bare, command: ./run'))
  expect((await loadStack({ file })).plan.app.command).toBe('./run')
})

test.each([
  ['nowhere.yaml', undefined, 'there is no spec here'],
  ['release', undefined, 'this is a directory, not a spec'],
  ['regrow.yaml', 'stagin', 'there is no environment stagin'],
  ['regrow.yaml', '../etc', 'an environment has a name of 1 to 30 characters: a to z, 0 to 9 and hyphens inside'],
])('%s, --env %s: %s', async (name, environment, message) => {
  await expect(loadStack({ file: join(directory, name), environment })).rejects.toMatchObject({ name: 'UserError', message })
})

test('loadStack throws every problem at once, with the command that checks again', async () => {
  await write('regrow.yaml', SPEC.replace('10.77.0.10', '10.99.0.10').replace('./release', './missing'))
  await write('env/lab.env', 'SESSION_SECRET=1\nAPI_KEY=2\n')
  const error = await loadStack({ file }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ next: `regrow check --file ${file}`, problems: [{ path: 'entry.vip', line: 4 }, { path: 'app.release', line: 5 }] })
  expect((error as Error).message).toContain('has 2 errors:')
})
