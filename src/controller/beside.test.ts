import { generateIdentity } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import { acmePlan, acmeRelease, acmeSecrets } from '../../test/fixtures/stack.ts'
import type { Plan } from '../plan/types.ts'
import { openForStack, sealForStack } from '../secrets/seal.ts'
import { besideOrInPlace } from './beside.ts'
import type { Desired } from './desired.ts'

const key = await generateIdentity()
const sealed = (env: Record<string, string>): Promise<string> => sealForStack({ ...acmeSecrets, env }, key)
const planned = (strategy: 'rolling' | 'blue-green'): Plan => {
  const plan = acmePlan('standard')
  return { ...plan, app: { ...plan.app, strategy } }
}
const NEXT = { ...acmeRelease, digest: 'f'.repeat(64) }
const before = async (changes: Partial<Desired> = {}): Promise<Desired> => ({ plan: planned('blue-green'), sealedSecrets: await sealed({ A: 'old' }), release: acmeRelease, generation: 7, ...changes })
const kept = async (): Promise<NonNullable<Desired['beside']>> => ({ release: NEXT, app: planned('blue-green').app, sealedSecrets: await sealed({ A: 'older' }), standing: 'before' })

describe('a new release', () => {
  test('rolling: takes the place of the one that runs', async () => {
    const next = await besideOrInPlace({ plan: planned('rolling'), sealedSecrets: await sealed({ A: 'new' }), release: NEXT }, await before(), key)
    expect(next).toMatchObject({ release: NEXT, live: 'blue', beside: null })
  })

  test('blue-green: waits beside it, with its own environment', async () => {
    const next = await besideOrInPlace({ plan: planned('blue-green'), sealedSecrets: await sealed({ A: 'new' }), release: NEXT }, await before({ live: 'green' }), key)
    expect(next).toMatchObject({ release: acmeRelease, live: 'green', beside: { release: NEXT, standing: 'next' } })
    expect((await openForStack(next.sealedSecrets, key)).env).toEqual({ A: 'old' })
    expect((await openForStack(next.beside!.sealedSecrets, key)).env).toEqual({ A: 'new' })
  })

  test('another environment is another release', async () => {
    const next = await besideOrInPlace({ plan: planned('blue-green'), sealedSecrets: await sealed({ A: 'new' }), release: acmeRelease }, await before(), key)
    expect(next.beside?.standing).toBe('next')
  })
})

describe('the same release', () => {
  test.each([['blue-green', true], ['rolling', false]] as const)('%s: the one before stays beside it: %s', async (strategy, stays) => {
    const beside = await kept()
    const next = await besideOrInPlace({ plan: planned(strategy), sealedSecrets: await sealed({ A: 'old' }), release: acmeRelease }, await before({ beside }), key)
    expect(next.release).toEqual(acmeRelease)
    expect(next.beside).toEqual(stays ? beside : null)
  })

  test('drops one that was to follow', async () => {
    const beside = { ...(await kept()), standing: 'next' as const }
    expect((await besideOrInPlace({ plan: planned('blue-green'), sealedSecrets: await sealed({ A: 'old' }), release: acmeRelease }, await before({ beside }), key)).beside).toBeNull()
  })
})
