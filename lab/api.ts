/** The lab daemon's HTTP API as types: a small cloud. Every call carries `Authorization: Bearer <token>`. */

/** `POST /v1/machines` → 201 LabMachine. Idempotent: the same name with the same body answers 200; another body 409. */
export interface CreateMachine {
  /** `[a-z0-9-]{1,40}`, unique in the lab. */
  readonly name: string
  /** IPv4 in the lab's network. */
  readonly address: string
  /** cloud-init user-data, at most 16 KiB. */
  readonly userData: string
  readonly cpus: number
  readonly memoryMb: number
  readonly diskGb: number
  readonly labels?: Readonly<Record<string, string>>
  /** A machine that belongs to no stack: a container registry (lab/registry.ts). Left out: a machine of a stack. */
  readonly image?: 'registry' | undefined
}

export type LabMachineState = 'starting' | 'running' | 'off' | 'frozen' | 'deleting' | 'failed'

/** `GET /v1/machines`, `GET /v1/machines/:name`; `DELETE` answers 204, also when it is already gone. */
export interface LabMachine {
  readonly name: string
  /** New at each creation: a replaced machine has the same name and another id. */
  readonly id: string
  readonly address: string
  readonly state: LabMachineState
  readonly createdMs: number
  readonly cpus: number
  readonly memoryMb: number
  readonly labels: Readonly<Record<string, string>>
}

/**
 * `POST /v1/machines/:name/power` {action}:
 * off    = power loss: link down, then SIGKILL of pid 1 inside; the disk stays
 * on     = boots from its disk
 * reboot = a clean reboot from inside
 * freeze / thaw = cgroup freezer
 */
export type PowerAction = 'off' | 'on' | 'reboot' | 'freeze' | 'thaw'

/** `POST /v1/faults` → 201 {id}; `GET /v1/faults`; `DELETE /v1/faults/:id` heals it; `DELETE /v1/faults` heals all. */
export type Fault =
  /** The machine's link is down: it reaches nobody. With a direction the link stays up: `in` drops what goes to it, `out` what comes from it. */
  | { readonly kind: 'cut'; readonly machine: string; readonly direction?: 'in' | 'out' | undefined }
  /** Its link goes down and comes up again, that many times; then the fault has ended by itself. */
  | { readonly kind: 'flap'; readonly machine: string; readonly times: number; readonly downMs: number; readonly upMs: number }
  /** Packets between two machines are dropped; `direction: to` drops only those from `machine` to `peer`. */
  | { readonly kind: 'cut-pair'; readonly machine: string; readonly peer: string; readonly direction: 'both' | 'to' }
  /** A share of the packets from and to the machine, 0..100. */
  | { readonly kind: 'loss'; readonly machine: string; readonly percent: number }
  /** A file that takes what is left of the machine's disk quota, up to `percent` used. */
  | { readonly kind: 'fill-disk'; readonly machine: string; readonly percent: number }
  /** Nothing is written to the machine's disk any more: whoever tries waits, and can't be killed. Ends when it is healed, or with the machine's power. */
  | { readonly kind: 'hang-disk'; readonly machine: string }
  /** Kills processes by name inside the machine (once; nothing to heal). */
  | { readonly kind: 'kill'; readonly machine: string; readonly process: string; readonly signal: string }

/** `GET /v1/lab` */
export interface LabInfo {
  readonly name: string
  readonly network: string
  /** The host's own address in the lab's network. */
  readonly hostAddress: string
  readonly image: { readonly packagesHash: string; readonly agentHash: string }
  readonly startedMs: number
}
/** `GET /v1/machines/:name/console?lines=N` → text/plain. `POST /v1/machines/:name/exec` {argv: string[], timeoutMs} → {code, stdout, stderr} (lab and tests only). */
