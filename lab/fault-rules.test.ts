import { expect, test } from 'vitest'
import { renderFaultRules } from './fault-rules.ts'

const link = (machine: string): string => `vb-${machine}`

test('no fault, no table', () => expect(renderFaultRules([], link)).toBe('table bridge regrow-faults {}\ndelete table bridge regrow-faults\n'))

test('all kinds in one ruleset that replaces the one before', () => {
  const rules = renderFaultRules(
    [
      { kind: 'cut', machine: 'a' },
      { kind: 'cut-pair', machine: 'b', peer: 'c', direction: 'both' },
      { kind: 'cut-pair', machine: 'd', peer: 'e', direction: 'to' },
      { kind: 'loss', machine: 'f', percent: 12.5 },
    ],
    link,
  )
  expect(rules).toBe(`table bridge regrow-faults {}
delete table bridge regrow-faults
table bridge regrow-faults {
  chain forward {
    type filter hook forward priority 0; policy accept;
    iifname "vb-a" drop
    oifname "vb-a" drop
    iifname "vb-b" oifname "vb-c" drop
    iifname "vb-c" oifname "vb-b" drop
    iifname "vb-d" oifname "vb-e" drop
    iifname "vb-f" numgen random mod 1000 < 125 drop
    oifname "vb-f" numgen random mod 1000 < 125 drop
  }
}
`)
})

test('cut one way: only what comes from the machine, or only what goes to it', () => {
  const both = renderFaultRules([{ kind: 'cut', machine: 'a', direction: 'out' }, { kind: 'cut', machine: 'b', direction: 'in' }], link)
  expect(both.match(/[io]ifname .*/g)).toEqual(['iifname "vb-a" drop', 'oifname "vb-b" drop'])
})

test('all and nothing are no shares: nft refuses a comparison that always or never holds', () => {
  expect(renderFaultRules([{ kind: 'loss', machine: 'f', percent: 100 }], link)).toContain('    iifname "vb-f" drop\n    oifname "vb-f" drop\n')
  expect(renderFaultRules([{ kind: 'loss', machine: 'f', percent: 0 }], link)).not.toContain('vb-f')
})
