import { expect, test } from 'vitest'
import { acmePlan, acmeSecrets } from '../../../test/fixtures/stack.ts'
import { digestOf, ownCertificate, renderCertificate } from './certificate.ts'
import { renderChallenge } from './challenge.ts'
import { renderSite } from './site.ts'

test('what nginx is told of a certificate, in one file', () => {
  const text = renderCertificate({ digest: 'd1', chain: '/c/chain.pem', key: '/c/key.pem', redirect: ['acme.example', 'www.acme.example'] })
  expect(text).toBe(`# regrow d1
ssl_certificate /c/chain.pem;
ssl_certificate_key /c/key.pem;
map "$scheme:$host:$uri" $to_https {
    default 0;
    "~^http:(?:acme\\.example|www\\.acme\\.example):(?!/\\.well-known/acme-challenge/)" 1;
}
`)
  expect(digestOf(text)).toBe('d1')
})

test("the machine's own certificate redirects nobody", () => {
  expect(ownCertificate()).toBe(`# regrow own
ssl_certificate /etc/regrow/tls/chain.pem;
ssl_certificate_key /etc/regrow/tls/key.pem;
map "$scheme:$host:$uri" $to_https {
    default 0;
}
`)
  expect(digestOf('ssl_certificate /x;\n')).toBeNull()
})

test('an authority is answered with its own token and the thumbprint, on every entry machine alike', () => {
  const secrets = { ...acmeSecrets, entryTls: { kind: 'acme', accountKeyPem: 'KEY', thumbprint: 'THUMB', caPem: null } } as const
  expect(renderChallenge({ secrets: acmeSecrets })).toBe('')
  const plan = acmePlan('standard', { entry: { vip: '10.77.0.10', domain: 'acme.example', aliases: ['www.acme.example'], tls: { acme: { email: 'ops@acme.example' } } } })
  const texts = plan.machines.filter(({ roles }) => roles.includes('entry')).map((machine) => renderSite({ plan, machine, secrets }))
  expect(texts).toHaveLength(2)
  for (const text of texts) {
    expect(text).toContain('server_name acme.example www.acme.example;')
    expect(text).toContain('    location ~ "^/\\.well-known/acme-challenge/([A-Za-z0-9_-]{16,128})$" {\n        default_type text/plain;\n        return 200 "$1.THUMB";')
    expect(text).not.toContain('KEY')
  }
})
