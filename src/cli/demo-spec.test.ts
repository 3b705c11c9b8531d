import { expect, test } from 'vitest'
import { demoSpec } from './demo-spec.ts'

const starter = 'network: 10.77.0.0/24\nentry: { vip: 10.77.0.10 }\nhealing:\n  confirm: 20s             # how long\n'

test('the network moves as a whole, and confirming takes 5 s', () => {
  expect(demoSpec(starter, '10.99.3.0/24')).toBe('network: 10.99.3.0/24\nentry: { vip: 10.99.3.10 }\nhealing:\n  confirm: 5s             # how long\n')
})

test.each(['10.77.0.0/16', '10.77.0.5/24', 'here'])('%s is refused', (network) => {
  expect(() => demoSpec(starter, network)).toThrowError(expect.objectContaining({ name: 'UserError', where: '--network' }))
})
