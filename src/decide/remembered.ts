/** Remembers what a pure function said of a World, as long as that World is kept: rules and guards ask the same again and again. */
import type { MachineView, World } from './world.ts'

export function rememberedByWorld<T>(compute: (world: World) => T): (world: World) => T {
  const known = new WeakMap<World, { readonly value: T }>()
  return (world) => {
    const kept = known.get(world) ?? { value: compute(world) }
    known.set(world, kept)
    return kept.value
  }
}

export function rememberedByMachine<T>(compute: (view: MachineView, world: World) => T): (view: MachineView, world: World) => T {
  const of = rememberedByWorld(() => new Map<MachineView, { readonly value: T }>())
  return (view, world) => {
    const known = of(world)
    const kept = known.get(view) ?? { value: compute(view, world) }
    known.set(view, kept)
    return kept.value
  }
}
