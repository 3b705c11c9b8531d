import { expect, test } from 'vitest'
import { tokenAddress } from './registry-client.ts'

test.each<[string, string | undefined]>([
  ['Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/node:pull"', 'https://auth.docker.io/token?service=registry.docker.io&scope=repository%3Alibrary%2Fnode%3Apull'],
  ['Bearer realm="https://ghcr.io/token",service="ghcr.io"', 'https://ghcr.io/token?service=ghcr.io&scope=repository%3Aacme%2Fledger%3Apull'],
  ['bearer realm="https://gitlab.example/jwt/auth?account=x",service="container_registry",scope="repository:acme/ledger:pull",error="invalid_token"', 'https://gitlab.example/jwt/auth?account=x&service=container_registry&scope=repository%3Aacme%2Fledger%3Apull'],
  ['Basic realm="registry"', undefined],
  ['Bearer service="nowhere"', undefined],
  ['', undefined],
])('%s sends us to %s', (challenge, address) => {
  expect(tokenAddress(challenge, 'acme/ledger')).toBe(address)
})
