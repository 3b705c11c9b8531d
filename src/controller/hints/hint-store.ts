/**
 * The inbox for hints in etcd. Any candidate adds to it, whoever leads; only the leader settles. Below the stack's root:
 * `hints/<id>` are open ones; `hint-records/<id>` know each hint and what became of it, for a day; `hint-marks/<key>` stop repetitions;
 * `hint-withdrawn/` and `hint-forged/` wait for the acting controller to tell of them.
 */
import type { Hint } from '../../decide/world.ts'
import type { Compare, EtcdClient, Operation } from '../../lib/etcd/client.ts'

export type HintOutcome = 'healed' | 'unfounded' | 'unknown-machine' | 'withdrawn'

/** What is remembered of a hint for a day: by it a second copy of the same alert is known. */
export interface HintRecord {
  readonly hint: Hint
  /** Null while the hint is open. */
  readonly outcome: HintOutcome | null
  readonly settledMs: number | null
  /** etcd forgets hint and record with this lease. */
  readonly lease: string
}

/** Hints with a wrong token that one candidate refused. */
export interface ForgedHints {
  readonly candidate: string
  readonly count: number
  /** Address of the last one. */
  readonly from: string
}

export interface HintStore {
  /** Those that were not settled yet, oldest first. */
  readonly hints: () => Promise<readonly Hint[]>
  /** All hints of the last day, newest first. */
  readonly hintRecords: () => Promise<readonly HintRecord[]>
  /** `mark`: another hint with the same key is a duplicate for so many seconds. `full`: too many are open. */
  readonly addHint: (hint: Hint, mark: { readonly key: string; readonly seconds: number } | null) => Promise<'added' | 'duplicate' | 'full'>
  /** The alert is over before the hint was settled; false when there was no open one. */
  readonly withdrawHint: (hint: string) => Promise<boolean>
  /** Those that nobody has told of yet. */
  readonly withdrawnHints: () => Promise<readonly Hint[]>
  readonly forgetWithdrawnHint: (hint: string) => Promise<void>
  /** For the acting controller. A hint that is gone is settled. */
  readonly settleHint: (term: Compare, hint: string, outcome: HintOutcome) => Promise<void>
  readonly forgedHints: () => Promise<readonly ForgedHints[]>
  /** Added to what this candidate has told and nobody has read yet. */
  readonly addForgedHints: (forged: ForgedHints) => Promise<void>
  readonly removeForgedHints: (candidate: string) => Promise<void>
}

const RETENTION_S = 24 * 3600
/** The loop reads the open ones four times a second, and etcd holds the database's elections too. */
const OPEN_MAX = 100
const RECORDS_MAX = 500

const json = (key: string, value: unknown, lease?: string): Operation => ({ kind: 'put', key, value: JSON.stringify(value), ...(lease === undefined ? {} : { lease }) })
const absent = (key: string): Compare => ({ key, revision: '0' })

/** `write` is the fenced write of store.ts. */
export function hintStore(etcd: EtcdClient, root: string, write: (term: Compare, ...operations: readonly Operation[]) => Promise<void>): HintStore {
  const open = (id: string): string => `${root}/hints/${id}`
  const record = (id: string): string => `${root}/hint-records/${id}`
  const mark = (key: string): string => `${root}/hint-marks/${key}`
  const withdrawn = (id: string): string => `${root}/hint-withdrawn/${id}`
  const forged = (candidate: string): string => `${root}/hint-forged/${candidate}`
  const readRecord = async (id: string): Promise<HintRecord | undefined> => {
    const found = await etcd.get(record(id))
    return found === undefined ? undefined : (JSON.parse(found.value) as HintRecord)
  }
  const records = async (): Promise<readonly HintRecord[]> =>
    (await etcd.list(record(''))).map(({ value }) => JSON.parse(value) as HintRecord).toSorted((a, b) => b.hint.atMs - a.hint.atMs)
  const settling = (id: string, known: HintRecord | undefined, outcome: HintOutcome): readonly Operation[] => [
    { kind: 'delete', key: open(id) },
    ...(known === undefined ? [] : [json(record(id), { ...known, outcome, settledMs: Date.now() } satisfies HintRecord, known.lease)]),
  ]
  /** The oldest settled ones go, a fifth at once: the next hundred hints need not look. */
  const makeRoom = async (): Promise<void> => {
    const settled = (await records()).filter(({ outcome }) => outcome !== null)
    for (const { hint } of settled.slice(-RECORDS_MAX / 5)) await etcd.remove(record(hint.id))
  }
  return {
    hints: async () => (await etcd.list(open(''))).map(({ value }) => JSON.parse(value) as Hint).toSorted((a, b) => a.atMs - b.atMs),
    hintRecords: records,
    addHint: async (hint, repeats) => {
      if ((await etcd.get(record(hint.id))) !== undefined) return 'duplicate'
      if (repeats !== null && (await etcd.get(mark(repeats.key))) !== undefined) return 'duplicate'
      if ((await etcd.keys(open(''))).length >= OPEN_MAX) return 'full'
      if ((await etcd.keys(record(''))).length >= RECORDS_MAX) await makeRoom()
      const lease = await etcd.grantLease(RETENTION_S)
      const remembered: HintRecord = { hint, outcome: null, settledMs: null, lease }
      const marks = repeats === null ? [] : [{ key: mark(repeats.key), lease: await etcd.grantLease(repeats.seconds) }]
      const added = await etcd.transact(
        // Two candidates may be told the same at the same moment.
        [absent(open(hint.id)), absent(record(hint.id)), ...marks.map(({ key }) => absent(key))],
        [json(open(hint.id), hint, lease), json(record(hint.id), remembered, lease), ...marks.map((one) => json(one.key, hint.id, one.lease))],
      )
      if (!added) for (const unused of [lease, ...marks.map((one) => one.lease)]) await etcd.revokeLease(unused)
      return added ? 'added' : 'duplicate'
    },
    withdrawHint: async (id) => {
      const [found, known] = [await etcd.get(open(id)), await readRecord(id)]
      if (found === undefined || known === undefined) return false
      return etcd.transact([{ key: open(id), revision: found.modRevision }], [...settling(id, known, 'withdrawn'), json(withdrawn(id), known.hint, known.lease)])
    },
    withdrawnHints: async () => (await etcd.list(withdrawn(''))).map(({ value }) => JSON.parse(value) as Hint),
    forgetWithdrawnHint: (id) => etcd.remove(withdrawn(id)),
    settleHint: async (term, id, outcome) => write(term, ...settling(id, await readRecord(id), outcome)),
    forgedHints: async () => (await etcd.list(forged(''))).map(({ value }) => JSON.parse(value) as ForgedHints),
    addForgedHints: async ({ candidate, count, from }) => {
      const untold = await etcd.get(forged(candidate))
      const before = untold === undefined ? 0 : (JSON.parse(untold.value) as ForgedHints).count
      await etcd.put(forged(candidate), JSON.stringify({ candidate, count: before + count, from } satisfies ForgedHints))
    },
    removeForgedHints: (candidate) => etcd.remove(forged(candidate)),
  }
}
