/** Application servers that get no new requests for a while, because they are about to be changed. */

export interface Drains {
  readonly has: (machine: string) => boolean
  /** It ends by itself after `forMs`: whoever began it may be gone. */
  readonly begin: (machine: string, forMs: number) => void
  readonly end: (machine: string) => void
}

/** `onEnd`: one has ended by itself. */
export function createDrains(onEnd: () => void): Drains {
  const timers = new Map<string, NodeJS.Timeout>()
  const end = (machine: string): void => {
    clearTimeout(timers.get(machine))
    timers.delete(machine)
  }
  return {
    has: (machine) => timers.has(machine),
    begin: (machine, forMs) => {
      end(machine)
      timers.set(machine, setTimeout(() => {
        end(machine)
        onEnd()
      }, forMs))
    },
    end,
  }
}
