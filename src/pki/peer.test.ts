import { expect, test } from 'vitest'
import { parsePeer } from './peer.ts'

test.each<[string, string | undefined, ReturnType<typeof parsePeer>]>([
  ['a machine', 'DNS:app-1, IP Address:10.0.0.1, URI:regrow://acme/machine/app-1', { stack: 'acme', name: 'app-1', kinds: ['machine'] }],
  ['a candidate is both', 'DNS:db-1, URI:regrow://acme/machine/db-1, URI:regrow://acme/controller/db-1', { stack: 'acme', name: 'db-1', kinds: ['machine', 'controller'] }],
  ['an operator', 'URI:regrow://acme/operator/ann', { stack: 'acme', name: 'ann', kinds: ['operator'] }],
  ['a kind that is none', 'URI:regrow://acme/root/ann', undefined],
  ['somebody else\'s URI', 'URI:https://acme/operator/ann', undefined],
  ['no names at all', undefined, undefined],
])('%s', (_name, text, peer) => {
  expect(parsePeer(text)).toEqual(peer)
})
