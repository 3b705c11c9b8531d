/** etcd's v3 API through its JSON gateway (the one Patroni uses): keys and values are text, 64-bit ids stay strings. */
import { OperationError } from '../errors.ts'
import { callJson, type MtlsClient } from '../http-call.ts'

export interface KeyValue {
  readonly key: string
  readonly value: string
  /** Revision of the last change, as text (64 bit). */
  readonly modRevision: string
  /** Decimal text (64 bit); left out when it lives without one. */
  readonly lease?: string
}

export interface EtcdMember {
  /** Decimal text (64 bit). */
  readonly id: string
  /** Empty until the member has started. */
  readonly name: string
  readonly peerUrls: readonly string[]
  readonly clientUrls: readonly string[]
  readonly learner: boolean
}

export interface EtcdStatus {
  readonly memberId: string
  readonly leaderId: string
  readonly learner: boolean
}

/** A condition on one key in a transaction. `revision: '0'` means "does not exist". */
export interface Compare {
  readonly key: string
  readonly revision: string
}

export type Operation =
  | { readonly kind: 'put'; readonly key: string; readonly value: string; readonly lease?: string }
  | { readonly kind: 'delete'; readonly key: string }

/** One key, or all keys that start with `prefix`. */
export type KeyRange = { readonly key: string } | { readonly prefix: string }

/** What changed in a range of keys after a revision. */
export interface RangeChanges {
  /** Of the whole store, when this was read. */
  readonly revision: string
  /** How many keys there are, changed or not. */
  readonly count: number
  readonly changed: readonly KeyValue[]
}

export interface EtcdClient {
  readonly get: (key: string) => Promise<KeyValue | undefined>
  /** All keys that start with `prefix`, in order of key. */
  readonly list: (prefix: string) => Promise<readonly KeyValue[]>
  /** Keys that were put after the revision `since` (all, when it is left out), in no order; deleted ones are missing in `count`. */
  readonly changes: (range: KeyRange, since?: string) => Promise<RangeChanges>
  /** Their names alone, without the values. */
  readonly keys: (prefix: string) => Promise<readonly string[]>
  readonly put: (key: string, value: string, lease?: string) => Promise<void>
  readonly remove: (key: string) => Promise<void>
  readonly removePrefix: (prefix: string) => Promise<void>
  /** True when every comparison held and the operations were done, all or none. */
  readonly transact: (compares: readonly Compare[], operations: readonly Operation[]) => Promise<boolean>
  readonly grantLease: (ttlS: number) => Promise<string>
  /** Seconds left; 0 when the lease is gone. */
  readonly keepAlive: (lease: string) => Promise<number>
  readonly revokeLease: (lease: string) => Promise<void>
  readonly members: () => Promise<readonly EtcdMember[]>
  readonly addLearner: (peerUrl: string) => Promise<{ readonly id: string; readonly members: readonly EtcdMember[] }>
  readonly promote: (id: string) => Promise<void>
  readonly removeMember: (id: string) => Promise<void>
}

const encode = (text: string): string => Buffer.from(text).toString('base64')
const decode = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString()

/** The key after the last one that starts with `prefix` (etcd's range end). */
export function rangeEnd(prefix: string): string {
  const bytes = Buffer.from(prefix)
  for (let index = bytes.length - 1; index >= 0; index--) {
    const byte = bytes[index] ?? 0xff
    if (byte < 0xff) {
      bytes[index] = byte + 1
      return bytes.subarray(0, index + 1).toString('base64')
    }
  }
  return Buffer.from([0]).toString('base64')
}

interface RawKeyValue { key: string; value?: string; mod_revision: string; lease?: string }
interface RawMember { ID: string; name?: string; peerURLs?: string[]; clientURLs?: string[]; isLearner?: boolean }

const readKeyValue = (raw: RawKeyValue): KeyValue => ({ key: decode(raw.key), value: decode(raw.value), modRevision: raw.mod_revision, ...(raw.lease === undefined || raw.lease === '0' ? {} : { lease: raw.lease }) })
const readMember = (raw: RawMember): EtcdMember => ({
  id: raw.ID,
  name: raw.name ?? '',
  peerUrls: raw.peerURLs ?? [],
  clientUrls: raw.clientURLs ?? [],
  learner: raw.isLearner ?? false,
})

const rawOperation = (operation: Operation): object =>
  operation.kind === 'put'
    ? { requestPut: { key: encode(operation.key), value: encode(operation.value), ...(operation.lease === undefined ? {} : { lease: operation.lease }) } }
    : { requestDeleteRange: { key: encode(operation.key) } }

/** Posts to the first endpoint that answers. An endpoint that fails is tried last the next time. */
function poster(client: MtlsClient, endpoints: readonly string[], timeoutMs: number) {
  const order = [...endpoints]
  return async function post<T>(path: string, body: object): Promise<T> {
    let failure: unknown
    for (const endpoint of order.slice()) {
      try {
        return await callJson<T>(client, `${endpoint}${path}`, { json: body, timeoutMs })
      } catch (error) {
        failure = error
        order.splice(order.indexOf(endpoint), 1)
        order.push(endpoint)
        // A refusal that every member would give is final; only silence and 5xx are worth another member.
        if (error instanceof OperationError && error.code.startsWith('HTTP_4')) throw error
      }
    }
    throw new OperationError('ETCD_UNAVAILABLE', `etcd: no member answered ${path}`, { cause: failure })
  }
}

/** A client of the members at `endpoints` (`https://10.77.0.11:2379`); each attempt on one member takes at most `timeoutMs`. */
export function etcdClient(client: MtlsClient, endpoints: readonly string[], timeoutMs = 2000): EtcdClient {
  const post = poster(client, endpoints, timeoutMs)
  const range = async (body: object): Promise<readonly KeyValue[]> => {
    const answer = await post<{ kvs?: RawKeyValue[] }>('/v3/kv/range', body)
    return (answer.kvs ?? []).map(readKeyValue)
  }
  return {
    get: async (key) => (await range({ key: encode(key) }))[0],
    list: (prefix) => range({ key: encode(prefix), rangeEnd: rangeEnd(prefix) }),
    changes: async (wanted, since) => {
      const body = 'key' in wanted ? { key: encode(wanted.key) } : { key: encode(wanted.prefix), rangeEnd: rangeEnd(wanted.prefix) }
      const answer = await post<{ header: { revision: string }; kvs?: RawKeyValue[]; count?: string }>('/v3/kv/range', since === undefined ? body : { ...body, minModRevision: String(BigInt(since) + 1n) })
      return { revision: answer.header.revision, count: Number(answer.count ?? 0), changed: (answer.kvs ?? []).map(readKeyValue) }
    },
    keys: async (prefix) => (await range({ key: encode(prefix), rangeEnd: rangeEnd(prefix), keysOnly: true })).map(({ key }) => key),
    put: async (key, value, lease) => {
      await post('/v3/kv/put', { key: encode(key), value: encode(value), ...(lease === undefined ? {} : { lease }) })
    },
    remove: async (key) => {
      await post('/v3/kv/deleterange', { key: encode(key) })
    },
    removePrefix: async (prefix) => {
      await post('/v3/kv/deleterange', { key: encode(prefix), rangeEnd: rangeEnd(prefix) })
    },
    transact: async (compares, operations) => {
      const answer = await post<{ succeeded?: boolean }>('/v3/kv/txn', {
        compare: compares.map((one) => ({ key: encode(one.key), target: 'MOD', result: 'EQUAL', modRevision: one.revision })),
        success: operations.map(rawOperation),
      })
      return answer.succeeded ?? false
    },
    grantLease: async (ttlS) => (await post<{ ID: string }>('/v3/lease/grant', { TTL: String(ttlS) })).ID,
    keepAlive: async (lease) => Number((await post<{ result?: { TTL?: string } }>('/v3/lease/keepalive', { ID: lease })).result?.TTL ?? 0),
    revokeLease: async (lease) => {
      await post('/v3/lease/revoke', { ID: lease })
    },
    members: async () => ((await post<{ members?: RawMember[] }>('/v3/cluster/member/list', {})).members ?? []).map(readMember),
    addLearner: async (peerUrl) => {
      const answer = await post<{ member: RawMember; members: RawMember[] }>('/v3/cluster/member/add', { peerURLs: [peerUrl], isLearner: true })
      return { id: answer.member.ID, members: answer.members.map(readMember) }
    },
    promote: async (id) => {
      await post('/v3/cluster/member/promote', { ID: id })
    },
    removeMember: async (id) => {
      await post('/v3/cluster/member/remove', { ID: id })
    },
  }
}

/** Asks the leader at `endpoint` to hand over to another member; only the leader can. */
export async function moveEtcdLeader(client: MtlsClient, endpoint: string, targetId: string, timeoutMs: number): Promise<void> {
  await callJson(client, `${endpoint}/v3/maintenance/transfer-leadership`, { json: { targetID: targetId }, timeoutMs })
}

/** What one member says of itself. */
export async function etcdStatus(client: MtlsClient, endpoint: string, timeoutMs: number): Promise<EtcdStatus> {
  const raw = await callJson<{ header: { member_id: string }; leader?: string; isLearner?: boolean }>(client, `${endpoint}/v3/maintenance/status`, { json: {}, timeoutMs })
  return { memberId: raw.header.member_id, leaderId: raw.leader ?? '0', learner: raw.isLearner ?? false }
}

/** The member's raft term as text, by a linearizable read: rejects without a quorum, and on a learner. A term has one leader at most. */
export async function etcdTerm(client: MtlsClient, endpoint: string, timeoutMs: number): Promise<string> {
  const raw = await callJson<{ header: { raft_term: string } }>(client, `${endpoint}/v3/kv/range`, { json: { key: encode('regrow-health'), keysOnly: true }, timeoutMs })
  return raw.header.raft_term
}
