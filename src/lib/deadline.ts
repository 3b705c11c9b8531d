/**
 * The end of something that must not be believed for too long: over as soon as either clock says so. The wall clock may be set
 * back, and the monotonic one stands still while a virtual machine is suspended.
 */
export interface Deadline {
  readonly isOver: () => boolean
}

export interface Clocks {
  readonly wall: () => number
  readonly monotonic: () => number
}

const SYSTEM: Clocks = { wall: () => Date.now(), monotonic: () => performance.now() }

export function deadline(afterMs: number, { wall, monotonic }: Clocks = SYSTEM): Deadline {
  const [wallMs, monotonicMs] = [wall() + afterMs, monotonic() + afterMs]
  return { isOver: () => wall() >= wallMs || monotonic() >= monotonicMs }
}
