/** Remembers what a pure function said of the World of now: rules and guards ask the same again and again. */
import type { MachineView, World } from './world.ts'

/** Of one World at a time: every round has its own. */
export function rememberedByWorld<T>(compute: (world: World) => T): (world: World) => T {
  let known: { readonly world: World; readonly value: T } | undefined
  return (world) => {
    if (known?.world !== world) known = { world, value: compute(world) }
    return known.value
  }
}

export function rememberedByMachine<T>(compute: (view: MachineView, world: World) => T): (view: MachineView, world: World) => T {
  const of = rememberedByWorld(() => new Map<MachineView, { readonly value: T }>())
  return (view, world) => {
    const known = of(world)
    const kept = known.get(view)
    if (kept !== undefined) return kept.value
    const value = compute(view, world)
    known.set(view, { value })
    return value
  }
}
