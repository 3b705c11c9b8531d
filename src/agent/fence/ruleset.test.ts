import { expect, test } from 'vitest'
import { fenceRules } from './ruleset.ts'

const elements = (rules: string): string[] => rules.split('\n').filter((line) => / element /.test(line))

test('an element is taken out before it is put in, so that its time begins anew', () => {
  expect(elements(fenceRules('host0', { address: '10.77.0.61', card: null, seconds: 30 }))).toEqual([
    'add element inet regrow_fence machines { 10.77.0.61 }',
    'delete element inet regrow_fence machines { 10.77.0.61 }',
    'add element inet regrow_fence machines { 10.77.0.61 timeout 30s }',
  ])
})

test('by its card it may send and get nothing under another address', () => {
  const rules = fenceRules('host0', { address: '10.77.0.61', card: 'aa:bb:cc:dd:ee:ff', seconds: 30 })
  expect(elements(rules)).toContain('add element netdev regrow_fence owners { aa:bb:cc:dd:ee:ff . 10.77.0.61 timeout 30s }')
  expect(elements(rules)).toContain('add element netdev regrow_fence cards { aa:bb:cc:dd:ee:ff timeout 30s }')
})

test('0 seconds: nothing is put in', () => {
  const rules = fenceRules('host0', { address: '10.77.0.61', card: 'aa:bb:cc:dd:ee:ff', seconds: 0 })
  expect(elements(rules).filter((line) => line.includes('timeout'))).toEqual([])
  expect(elements(rules)).toHaveLength(6)
})

test('the refusal of a connection comes back over loopback, and is let in first', () => {
  const rules = fenceRules('host0', { address: '10.77.0.61', card: null, seconds: 30 }).split('\n')
  expect(rules.findIndex((line) => line.endsWith('in iif lo accept'))).toBeLessThan(rules.findIndex((line) => line.endsWith('saddr @machines drop')))
})
