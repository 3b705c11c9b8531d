/** The units of workers and jobs, against testdata-work/; `vitest -u` rewrites it: read the diff before it is committed. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { acmePlan, acmeRelease, acmeSecrets } from '../../test/fixtures/stack.ts'
import type { ReleaseRef } from './input.ts'
import { renderManifest } from './render-manifest.ts'

const app = {
  release: './release',
  env: ['SESSION_SECRET'],
  workers: [{ name: 'queue', command: 'node queue.mjs' }, { name: 'mailer', command: 'exec node mail.mjs', one: true }],
  jobs: [
    { name: 'tidy', command: 'node tidy.mjs', schedule: 'Mon..Fri *:0/15 Europe/Berlin', timeout: '90s' },
    { name: 'nightly', command: 'node nightly.mjs', schedule: '*-*-* 03:00:00', one: true },
  ],
}
const plan = acmePlan('standard', { app })
const image: ReleaseRef = { kind: 'image', image: `registry.example:5000/acme/ledger@sha256:${'5e'.repeat(32)}`, digest: '5e'.repeat(32), ids: ['1d'.repeat(32)], reference: 'registry.example:5000/acme/ledger:1', command: null }

test.each([['directory', acmeRelease], ['image', image]] as const)('from a %s', async (kind, release) => {
  const { files } = renderManifest(plan, 'app-1', acmeSecrets, release)
  for (const { path, source } of files) {
    if (!/regrow-(?:worker|job|one)|one\.json/.test(path) || !('content' in source)) continue
    await expect(source.content).toMatchFileSnapshot(join(import.meta.dirname, 'testdata-work', kind, path))
  }
})

describe('the manifest', () => {
  const { units, files } = renderManifest(plan, 'app-1', acmeSecrets, acmeRelease)

  test('names no unit that runs once: systemd has them where the lease is', () => {
    expect(units.filter(({ name }) => /regrow-(?:worker|job|one)/.test(name))).toEqual([
      { name: 'regrow-worker-queue.service', enabled: true, running: true, ofApplication: true },
      { name: 'regrow-job-tidy.timer', enabled: true, running: true, ofApplication: true },
      { name: 'regrow-one.service', enabled: true, running: true },
    ])
  })

  test('the agent does not count them as the machine\'s own', () => {
    const config = files.find(({ path }) => path === '/etc/regrow/agent.json')?.source
    const { units: counted } = JSON.parse(config !== undefined && 'content' in config ? config.content : '') as { units: string[] }
    expect(counted.filter((name) => /worker|job|one/.test(name))).toEqual(['regrow-one.service'])
  })

  test('another environment restarts workers, another release too, and neither a job that runs', () => {
    const onChange = (path: string): string[] => files.find((file) => file.path === path)?.onChange.map(({ unit }) => unit) ?? []
    expect(onChange('/etc/regrow/app.env')).toEqual(['regrow-app.service', 'regrow-worker-queue.service', 'regrow-worker-mailer.service'])
    const next = renderManifest(plan, 'app-1', acmeSecrets, { ...acmeRelease, digest: '6f'.repeat(32) }).files
    const changed = next.filter(({ path, source }) => !files.some((file) => file.path === path && JSON.stringify(file.source) === JSON.stringify(source)))
    expect(changed.map(({ path }) => path.slice(path.lastIndexOf('/') + 1))).toEqual([
      'regrow-app.service', 'regrow-job-nightly.service', 'regrow-job-tidy.service', 'regrow-worker-mailer.service', 'regrow-worker-queue.service',
    ])
    expect(changed.flatMap((file) => file.onChange.map(({ unit }) => unit))).toEqual(['regrow-app.service', 'regrow-worker-mailer.service', 'regrow-worker-queue.service'])
  })

  test('without anything that runs once there is no lease', () => {
    const without = acmePlan('standard', { app: { ...app, workers: app.workers.slice(0, 1), jobs: app.jobs.slice(0, 1) } })
    expect(renderManifest(without, 'app-1', acmeSecrets, acmeRelease).files.filter(({ path }) => path.includes('one'))).toEqual([])
  })
})
