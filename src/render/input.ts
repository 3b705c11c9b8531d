/** What every renderer is given, and the questions they ask of a plan. */
import type { Machine, Plan, Role } from '../plan/types.ts'
import type { Slots } from './slots.ts'
import type { StackSecrets } from '../secrets/types.ts'

export interface RenderInput {
  readonly plan: Plan
  /** The machine whose part is rendered. */
  readonly machine: Machine
  readonly secrets: StackSecrets
  readonly release: ReleaseRef | null
  readonly slots: Slots
  /** Name of the interface that carries the stack's network; the provider knows it. */
  readonly networkInterface: string
}

/** The application's release: what is run, and the digest it is fetched by. `command` is one line for the shell. */
export type ReleaseRef = DirectoryRelease | ImageRelease

export interface DirectoryRelease {
  readonly kind: 'directory'
  /** sha256 of the gzipped tar, hex. */
  readonly digest: string
  /** From the spec or the release's Procfile. */
  readonly command: string
}

export interface ImageRelease {
  readonly kind: 'image'
  /** By its digest: `registry.example:5000/acme/ledger@sha256:…` */
  readonly image: string
  /** The image's, hex. */
  readonly digest: string
  /** sha256 of its configuration for each kind of processor, hex: podman's id, by which a copy from another machine is known. */
  readonly ids: readonly string[]
  /** As the spec named it, tag and all. */
  readonly reference: string
  /** Null: what the image itself starts. */
  readonly command: string | null
}

export const hasRole = (machine: Machine, role: Role): boolean => machine.roles.includes(role)
export const withRole = (plan: Plan, role: Role): Machine[] => plan.machines.filter((machine) => hasRole(machine, role))
export const voters = (plan: Plan): Machine[] => plan.machines.filter((machine) => machine.etcdVoter)
export const candidates = (plan: Plan): Machine[] => plan.machines.filter((machine) => machine.controllerCandidate)

/** Addresses of some machines, each once, in the plan's order. */
export const addressesOf = (...groups: readonly (readonly Machine[])[]): string[] => [
  ...new Set(groups.flat().map((machine) => machine.address)),
]

/** The one DNS name that etcd's members and clients all carry in their certificates. */
export const etcdHostname = (plan: Plan): string => `etcd.${plan.stack}`
