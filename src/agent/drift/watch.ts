/** The agent's watch over its machine: looks at what the manifest manages often, at everything else from time to time. */
import type { AgentConfig } from '../../render/agent-config.ts'
import type { Manifest } from '../../render/manifest.ts'
import { errorFields, type Log } from '../../lib/log.ts'
import type { DriftFacts } from '../api.ts'
import type { WantedFile } from '../apply/file-changes.ts'
import { hasBaseline, readBaseline, saveBaseline } from '../state-dir.ts'
import { firstBaseline, joinApplication, type Baseline } from './baseline.ts'
import { afterLook, confirmedItems, hasUnconfirmed, type Sights } from './confirm.ts'
import type { Finding } from './finding.ts'
import { ignoredBy } from './ignore.ts'
import { judge } from './judge.ts'
import { createLook } from './look.ts'
import { managedFindings, unitLinks, wantedEntries } from './managed.ts'
import { portWatch } from './ports.ts'
import { createScanner } from './scan.ts'
import type { Entry } from './snapshot.ts'
import { createWitness, type Witness } from './witness.ts'

/** Two looks and a poll within 5 s; and within 60 s. */
const MANAGED_EVERY_MS = 1800
const REST_EVERY_MS = 40_000
/** What is new is looked at again soon. */
const CONFIRM_AFTER_MS = 5000

type Rules = Pick<AgentConfig, 'driftIgnore' | 'ports'>

export interface DriftWatch {
  readonly witness: Witness
  /** From here on nothing is judged. */
  readonly pause: () => void
  /** After a complete application: it becomes part of the baseline, and the watch goes on. */
  readonly resume: (manifest: Manifest, files: readonly WantedFile[]) => Promise<void>
  /** After each change of the agent's configuration. */
  readonly follow: (rules: Rules) => void
  /** Null while nothing is judged. */
  readonly facts: () => DriftFacts | null
}

interface Judged {
  readonly manifest: Manifest
  readonly wanted: ReadonlyMap<string, Entry>
  readonly baseline: Baseline
}

export function watchDrift(log: Log): DriftWatch {
  const scanner = createScanner()
  const look = createLook(scanner)
  const links = unitLinks(scanner)
  const witness = createWitness(look, hasBaseline)
  const ports = portWatch()
  let judged: Judged | null = null
  let rules: Rules = { driftIgnore: [], ports: [] }
  let managed: Sights = new Map()
  let rest: Sights = new Map()
  let managedCheckedMs: number | null = null
  let restCheckedMs: number | null = null
  let restDueMs = 0

  const counting = (findings: readonly Finding[]): readonly Finding[] => {
    const ignored = ignoredBy(rules.driftIgnore)
    return findings.filter((finding) => !ignored(finding))
  }
  const tell = (before: Sights, after: Sights): Sights => {
    const known = new Set(confirmedItems(before).map(({ kind, what, change }) => `${kind} ${change} ${what}`))
    for (const { kind, what, change } of confirmedItems(after)) {
      if (!known.has(`${kind} ${change} ${what}`)) log('warn', 'drift', { kind, what, change })
    }
    return after
  }
  const lookAtManaged = ({ manifest, wanted }: Judged): void => {
    managed = tell(managed, afterLook(managed, counting(managedFindings(scanner, wanted, manifest, links())), Date.now()))
    managedCheckedMs = Date.now()
  }
  const lookAtRest = ({ manifest, baseline }: Judged): void => {
    const expected = { planned: new Set(rules.ports), baseline: new Set(baseline.ports), units: new Set(manifest.units.map(({ name }) => name)) }
    rest = tell(rest, afterLook(rest, counting([...judge(baseline, look(), manifest), ...ports.unexpected(expected)]), Date.now()))
    restCheckedMs = Date.now()
    restDueMs = restCheckedMs + (hasUnconfirmed(rest) ? CONFIRM_AFTER_MS : REST_EVERY_MS)
  }
  const settlePorts = async (): Promise<void> => {
    const found = judged === null ? null : ports.settling(judged.baseline, judged.manifest)
    if (found === null || judged === null) return
    judged = { ...judged, baseline: { ...judged.baseline, ports: found } }
    await saveBaseline(judged.baseline)
  }
  const attempt = async (): Promise<void> => {
    try {
      await settlePorts()
      if (judged !== null) lookAtManaged(judged)
      if (judged !== null && Date.now() >= restDueMs) lookAtRest(judged)
    } catch (error) {
      log('error', 'could not look for drift', errorFields(error))
    }
  }
  setInterval(() => void attempt(), MANAGED_EVERY_MS)

  return {
    witness,
    pause: () => {
      judged = null
    },
    resume: async (manifest, files) => {
      const now = look()
      const before = await readBaseline()
      const baseline = before === null ? firstBaseline(now, manifest, Date.now()) : joinApplication(before, now, manifest, witness.ordered())
      await saveBaseline(baseline)
      witness.forget()
      judged = { manifest, wanted: wantedEntries(files), baseline }
      restDueMs = 0
      await attempt()
    },
    follow: (changed) => {
      rules = changed
    },
    facts: () => (judged === null ? null : { items: confirmedItems(managed, rest), managedCheckedMs, restCheckedMs }),
  }
}
