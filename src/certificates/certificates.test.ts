import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acmePlan } from '../../test/fixtures/stack.ts'
import { describeCertificate, type CertifiedKey } from './certificate.ts'
import { judgePair } from './judge.ts'
import { generateKeyPem, jwkThumbprint } from './key.ts'
import { covers } from './names.ts'
import { orderDigest } from './order.ts'

const DAY = 86_400_000
let directory: string
let pair: CertifiedKey
let issuedMs: number

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'regrow-pair-'))
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'cert.pem')]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', certificate, '-days', '10', '-subj', '/O=Acme/CN=Acme CA', '-addext', 'subjectAltName=DNS:acme.example,IP:192.0.2.1,DNS:*.acme.example'], { stdio: 'ignore' })
  pair = { keyPem: readFileSync(key, 'utf8'), chainPem: readFileSync(certificate, 'utf8') }
  issuedMs = describeCertificate(pair.chainPem).notBeforeMs
})
afterAll(() => rmSync(directory, { recursive: true }))

test('a certificate as openssl writes it', () => {
  const { fingerprint, ...rest } = describeCertificate(pair.chainPem)
  expect(fingerprint).toMatch(/^[0-9a-f]{64}$/)
  expect(rest).toEqual({ names: ['acme.example', '*.acme.example'], issuer: 'Acme CA', notBeforeMs: issuedMs, notAfterMs: issuedMs + 10 * DAY })
})

describe('what a user brings', () => {
  const names = ['acme.example', 'www.acme.example']
  test('is fit to be served', () => expect(judgePair(pair, names, issuedMs + DAY)).toBeNull())
  test.each<[string, () => Parameters<typeof judgePair>, { readonly about: string; readonly message: RegExp }]>([
    ['no certificate', () => [{ ...pair, chainPem: 'hello' }, names, issuedMs], { about: 'certificate', message: /^holds no certificate/ }],
    ['no key', () => [{ ...pair, keyPem: 'hello' }, names, issuedMs], { about: 'key', message: /^is no private key/ }],
    ["somebody else's key", () => [{ ...pair, keyPem: generateKeyPem() }, names, issuedMs], { about: 'key', message: /^is not the key/ }],
    ['a name too few', () => [pair, [...names, 'a.b.acme.example'], issuedMs], { about: 'certificate', message: /^is not for a\.b\.acme\.example, but for acme\.example/ }],
    ['an old one', () => [pair, names, issuedMs + 11 * DAY], { about: 'certificate', message: /^ended on \d{4}-/ }],
    ['one for later', () => [pair, names, issuedMs - DAY], { about: 'certificate', message: /^is good from \d{4}-/ }],
  ])('%s is refused', (_name, given, { about, message }) => {
    expect(judgePair(...given())).toMatchObject({ about, message: expect.stringMatching(message) })
    expect(JSON.stringify(judgePair(...given()))).not.toContain(pair.keyPem.split('\n')[1])
  })
})

test('a wildcard stands for one label', () => {
  const certificate = { names: ['acme.example', '*.acme.example'] }
  expect(['acme.example', 'www.acme.example', 'a.b.acme.example', 'example', 'other.example'].map((name) => covers(certificate, name))).toEqual([true, true, false, false, false])
})

test('the thumbprint is that of RFC 7638: the one of openssl and of an ACME client', async () => {
  const key = generateKeyPem()
  const { Client } = await import('acme-client')
  const answer = await new Client({ directoryUrl: 'https://none.example', accountKey: key }).getChallengeKeyAuthorization({ type: 'http-01', token: 'token', url: '', status: 'pending' })
  expect(answer).toBe(`token.${jwkThumbprint(key)}`)
})

test('another certificate, or another wish to redirect, is another order', () => {
  const certificate = describeCertificate(pair.chainPem)
  const entry = { vip: '10.77.0.10', domain: 'acme.example' }
  const digests = [acmePlan('standard', { entry }), acmePlan('standard', { entry: { ...entry, aliases: ['www.acme.example'] } }), acmePlan('standard', { entry: { ...entry, redirect: false } })].map((plan) => orderDigest(plan, certificate))
  expect(new Set([...digests, orderDigest(acmePlan('standard', { entry }), { ...certificate, fingerprint: '00' })]).size).toBe(4)
  expect(orderDigest(acmePlan('standard'), null)).toBe('own')
})
