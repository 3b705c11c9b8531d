/** A real stack gets, renews and keeps its certificate from a real ACME server, which is away at first, dies, and is unreliable by design; or by files. */
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeCertificate } from '../../src/certificates/certificate.ts'
import type { CertificatesAnswer } from '../../src/controller/api.ts'
import { sleep, waitFor } from '../../src/lib/clock.ts'
import type { LabClient } from '../../src/providers/lab/client.ts'
import { MonitoringServer } from '../hints/monitoring-server.ts'
import { makeWorkbench, noLab, type Workbench } from '../stack/workbench.ts'
import { directoryUrl, pebbleImage, startPebble, type Pebble } from './pebble.ts'
import { selfSigned, type Identity } from './self-signed.ts'
import { httpAt, httpsAt, keepAsking, shownAt } from './shown.ts'

const NET = process.env['REGROW_CERTIFICATES_NET'] ?? '10.97.0'
const STACK = 'sealed'
const [NAME, ALIAS] = [`${STACK}.example`, `www.${STACK}.example`]
const AUTHORITY = `${NET}.200`

describe.skipIf(noLab !== false)(`certificates by ACME${noLab === false ? '' : ` (skipped: ${noLab})`}`, () => {
  let bench: Workbench
  let lab: LabClient
  let server: MonitoringServer
  let identity: Identity
  let pebble: Pebble
  let entries: readonly { readonly name: string; readonly address: string }[]

  const certificates = async (): Promise<CertificatesAnswer> => JSON.parse((await bench.regrow('certificates', '--json')).stdout) as CertificatesAnswer
  const start = async (lifeS: number): Promise<void> => {
    pebble = await startPebble(server, identity, { vip: bench.vip, lifeS })
  }
  const renew = async (): Promise<void> => {
    const renewed = await bench.regrow('certificates', 'renew')
    expect(renewed, renewed.stderr).toMatchObject({ code: 0 })
  }
  const everywhere = (fingerprint: string | undefined): Promise<true> => waitFor(async () => {
    const shown = await Promise.all([bench.vip, ...entries.map(({ address }) => address)].map((address) => shownAt(address, NAME)))
    return shown.every((one) => one.fingerprint === fingerprint) ? true : undefined
  }, { timeoutMs: 20_000, everyMs: 250, what: 'both entry machines to show the certificate' })
  const acting = async (): Promise<string> => (await bench.status()).controller.machine

  beforeAll(async () => {
    const image = await pebbleImage((line) => process.stderr.write(`${line}\n`))
    bench = await makeWorkbench({ stack: STACK, net: NET, layout: 'compact' })
    identity = await selfSigned(`IP:${AUTHORITY}`)
    await writeFile(join(bench.directory, 'acme-root.pem'), identity.certificatePem)
    await bench.edit((spec) => spec.replace(/entry: \{(.*)\}/, `entry: {$1, aliases: [${ALIAS}], tls: { acme: { email: ops@${NAME}, directory: "${directoryUrl(AUTHORITY)}", ca: ./acme-root.pem } } }`))
    expect(await bench.regrow('init')).toMatchObject({ code: 0 })
    const up = await bench.regrow('up')
    expect(up, up.stderr).toMatchObject({ code: 0 })
    lab = await bench.lab()
    entries = (await bench.status()).machines.filter(({ roles }) => roles.includes('entry'))
    server = await MonitoringServer.open(image, STACK, AUTHORITY)
  })
  afterAll(async () => {
    await server?.close()
    await bench?.remove()
  })

  test('while no authority answers the stack serves with its own certificate, redirects nobody, and says what is missing', async () => {
    const { attempts } = await waitFor(async () => {
      const seen = await certificates()
      return seen.attempts === null ? undefined : seen
    }, { timeoutMs: 60_000, everyMs: 1000, what: 'the first attempt to fail' })
    expect(attempts?.failures).toBe(1)
    expect((attempts?.nextMs ?? 0) - (attempts?.lastMs ?? 0)).toBe(120_000)
    expect((await shownAt(bench.vip, NAME)).issuer).toBe(`${STACK} issuing`)
    expect((await httpAt(bench.vip, NAME, '/healthz')).status).toBe(200)
  })

  test('once it answers, its certificate for all names is on both entry machines, and HTTP by name leads to HTTPS', async () => {
    await start(3600)
    await renew()
    const { current, attempts, machines } = await certificates()
    expect(current).toMatchObject({ names: [NAME, ALIAS] })
    expect(current?.issuer).toMatch(/^Pebble Intermediate CA/)
    expect(attempts).toBeNull()
    await everywhere(current?.fingerprint)
    expect(machines).toHaveLength(2)
    const root = await pebble.rootPem()
    for (const name of [NAME, ALIAS]) expect((await httpsAt(bench.vip, name, '/healthz', root)).status).toBe(200)
    expect(await httpAt(bench.vip, ALIAS, '/a?b=c', 'POST')).toMatchObject({ status: 308, location: `https://${ALIAS}/a?b=c` })
    expect((await httpAt(bench.vip, bench.vip, '/healthz')).status).toBe(200)
    const answers = await Promise.all(entries.map(({ address }) => httpAt(address, NAME, '/.well-known/acme-challenge/a-token-of-nobody-in-particular')))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(answers[0]?.body).toMatch(/^a-token-of-nobody-in-particular\.[\w-]{43}$/)
    expect(answers[1]?.body).toBe(answers[0]?.body)
  })

  test('users see it too after the address has moved', async () => {
    const root = await pebble.rootPem()
    const before = (await httpsAt(bench.vip, NAME, '/healthz', root)).entry ?? ''
    expect(await lab.exec(before, ['systemctl', 'restart', 'keepalived.service'])).toMatchObject({ code: 0 })
    await waitFor(async () => {
      const answer = await httpsAt(bench.vip, NAME, '/healthz', root)
      return answer.status === 200 && answer.entry !== before ? true : undefined
    }, { timeoutMs: 15_000, everyMs: 200, what: 'the other entry machine to answer' })
  })

  test('the controller dies while the authority asks: another one goes on with the same order, and nobody gets two certificates', async () => {
    const [given, before, dying] = [await pebble.issued(), await certificates(), await acting()]
    const orders = async (): Promise<number> => [...(await pebble.log()).matchAll(/POST \/order-plz/g)].length
    const ordered = await orders()
    const renewing = bench.regrow('certificates', 'renew')
    await waitFor(async () => ((await orders()) > ordered ? true : undefined), { timeoutMs: 30_000, everyMs: 50, what: 'the order' })
    await sleep(300)
    await lab.power(dying, 'off')
    const { current } = await waitFor(async () => {
      const seen = await certificates().catch(() => undefined)
      return seen !== undefined && seen.current?.fingerprint !== before.current?.fingerprint ? seen : undefined
    }, { timeoutMs: 90_000, everyMs: 1000, what: 'the new certificate' })
    await renewing
    await everywhere(current?.fingerprint)
    expect((await pebble.issued()) - given).toBe(1)
    expect((await orders()) - ordered).toBe(1)
    expect(await acting()).not.toBe(dying)
    await bench.converged(120_000)
  })

  test('a certificate that ends soon is renewed by itself, once, and no request fails', async () => {
    await pebble.stop()
    await start(90)
    await renew()
    const { current: first, renewsMs } = await certificates()
    await everywhere(first?.fingerprint)
    expect(Math.round(((first?.notAfterMs ?? 0) - (renewsMs ?? 0)) / 1000)).toBe(30)
    const [given, asking] = [await pebble.issued(), keepAsking(bench.vip, NAME, '/healthz', await pebble.rootPem())]
    const { current: second } = await waitFor(async () => {
      const now = await certificates()
      return now.current?.fingerprint === first?.fingerprint ? undefined : now
    }, { timeoutMs: 120_000, everyMs: 1000, what: 'the renewal' })
    await everywhere(second?.fingerprint)
    const { asked, failures } = await asking.stop()
    expect(failures).toEqual([])
    expect(asked).toBeGreaterThan(500)
    expect((await pebble.issued()) - given).toBe(1)
  })

  test('while the authority is gone the old one is shown on, and a human is told before it ends; then all is well again', async () => {
    const { current } = await certificates()
    await pebble.stop()
    const told = await waitFor(async () => {
      const incidents = JSON.parse((await bench.regrow('incidents', '--json')).stdout) as readonly { readonly outcome: string; readonly title: string }[]
      return incidents.find(({ outcome }) => outcome === 'needs-you')
    }, { timeoutMs: 90_000, everyMs: 1000, what: 'the incident that needs a human' })
    expect(JSON.stringify(told)).toMatch(/certificate for sealed\.example and www\.sealed\.example/)
    expect((await certificates()).attempts?.failures).toBeGreaterThan(0)
    await everywhere(current?.fingerprint)
    await start(3600)
    await renew()
    await everywhere((await certificates()).current?.fingerprint)
    await bench.converged(60_000)
  })

  test('the drill of a certificate that is about to end finds what it claims', async () => {
    const { claims, target } = JSON.parse((await bench.regrow('drill', 'certificate', 'ending', '--json')).stdout) as { readonly target: string; readonly claims: readonly { readonly claim: string; readonly held: boolean }[] }
    expect(target).toBe(entries.map(({ name }) => name).join(' and '))
    expect(claims.filter(({ held }) => !held)).toEqual([])
    expect(claims).toHaveLength(3)
  })

  test('a newborn entry machine shows it from its first moment', async () => {
    const [{ current }, root, target] = [await certificates(), await pebble.rootPem(), entries[0]?.name ?? '']
    expect(await bench.regrow('replace', target)).toMatchObject({ code: 0 })
    const born = await waitFor(() => shownAt(entries[0]?.address ?? '', NAME).catch(() => undefined), { timeoutMs: 90_000, everyMs: 50, what: 'nginx on the new machine' })
    expect(born.fingerprint).toBe(current?.fingerprint)
    await bench.converged(120_000)
    expect((await httpsAt(bench.vip, NAME, '/healthz', root)).status).toBe(200)
  })

  test('files that the user brings take the same way, and without entry.tls each machine shows its own again', async () => {
    const { keyPem, certificatePem } = await selfSigned(`DNS:${NAME},DNS:${ALIAS}`)
    await writeFile(join(bench.directory, 'brought.pem'), certificatePem)
    await appendFile(join(bench.directory, 'env/lab.env'), `TLS_KEY="${keyPem.replaceAll('\n', '\\n')}"\n`)
    await bench.edit((spec) => spec.replace(/tls: \{ acme: \{[^}]*\} \}/, 'tls: { certificate: ./brought.pem, key: TLS_KEY }'))
    expect(await bench.regrow('up')).toMatchObject({ code: 0 })
    await everywhere(describeCertificate(certificatePem).fingerprint)
    expect((await httpsAt(bench.vip, ALIAS, '/healthz', certificatePem)).status).toBe(200)
    expect((await httpAt(bench.vip, NAME, '/healthz')).status).toBe(308)
    const voter = (await bench.status()).controller.machine
    const kept = await lab.exec(voter, ['sh', '-euc', `ETCDCTL_ENDPOINTS=https://127.0.0.1:2379 ETCDCTL_CACERT=/etc/regrow/tls/etcd/ca.pem ETCDCTL_CERT=/etc/regrow/tls/etcd/chain.pem ETCDCTL_KEY=/etc/regrow/tls/etcd/key.pem etcdctl get --prefix /regrow/${STACK}/desired`])
    expect(kept.stdout).toContain('BEGIN AGE ENCRYPTED FILE')
    expect(kept.stdout).not.toContain(keyPem.split('\n')[1])

    await bench.edit((spec) => spec.replace(/, tls: \{[^}]*\}/, ''))
    expect(await bench.regrow('up')).toMatchObject({ code: 0 })
    await waitFor(async () => {
      const shown = await Promise.all(entries.map(({ address }) => shownAt(address, NAME)))
      return shown.every(({ issuer }) => issuer === `${STACK} issuing`) ? true : undefined
    }, { timeoutMs: 20_000, everyMs: 500, what: 'the machines to show their own certificates' })
    expect((await httpAt(bench.vip, NAME, '/healthz')).status).toBe(200)
  })
})
