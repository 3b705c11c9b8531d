/** The operator's line to a stack: finds the acting controller and speaks to it, whichever machine it runs on. */
import type { CertificatesAnswer, Delivered, DesiredRequest, FindImageAnswer, FindImageOrder, PauseOrder, ReplaceAnswer, ReplaceOrder, RollBackAnswer, StackEvent, StackStatus, SwitchoverAnswer, SwitchoverOrder, WhyAnswer } from '../controller/api.ts'
import type { Pause } from '../decide/world.ts'
import type { Incident } from '../incidents/incident.ts'
import type { HintRecord } from '../controller/hints/hint-store.ts'
import { sleep } from '../lib/clock.ts'
import { OperationError, UserError } from '../lib/errors.ts'
import { callJson, mtlsClient, type CallOptions, type MtlsClient, type TlsIdentity } from '../lib/mtls.ts'
import { issueOperator } from '../pki/authority.ts'
import { PORTS, type Machine, type Plan } from '../plan/types.ts'
import { groundOf } from '../providers/ground.ts'
import type { LabClient } from '../providers/lab/client.ts'
import { readSecrets } from '../secrets/store.ts'
import type { OperatorSecrets } from '../secrets/types.ts'
import type { LoadedStack } from '../spec/load.ts'
import { userInfo } from 'node:os'

export interface StackConnection {
  readonly plan: Plan
  readonly tls: TlsIdentity
  readonly client: MtlsClient
  readonly secrets: OperatorSecrets
  /** Null for providers that are no lab. */
  readonly lab: LabClient | null
  /** Throws `OperationError` NO_DESIRED before the first `up`. */
  readonly status: () => Promise<StackStatus>
  readonly events: (after: number, waitMs: number) => Promise<readonly StackEvent[]>
  /** Newest first. */
  readonly incidents: () => Promise<readonly Incident[]>
  /** A test message through every channel. */
  readonly testChannels: () => Promise<readonly Delivered[]>
  /** Hints of the last day, newest first, and what became of them. */
  readonly hints: () => Promise<readonly HintRecord[]>
  readonly setDesired: (desired: DesiredRequest) => Promise<number>
  readonly findImage: (order: FindImageOrder) => Promise<FindImageAnswer>
  readonly putRelease: (digest: string, archive: Buffer) => Promise<void>
  /** Throws `UserError` when there is none to go back to. */
  readonly rollBack: () => Promise<RollBackAnswer>
  /** `accepted`: codes of refusals that are overruled. */
  readonly replace: (machine: string, accepted: readonly string[]) => Promise<ReplaceAnswer>
  readonly switchover: (order: SwitchoverOrder) => Promise<SwitchoverAnswer>
  readonly why: (machine: string) => Promise<WhyAnswer>
  readonly certificates: () => Promise<CertificatesAnswer>
  readonly renewCertificate: () => Promise<void>
  readonly pauses: () => Promise<readonly Pause[]>
  readonly pause: (order: PauseOrder) => Promise<Pause>
  /** False: there was no such pause. */
  readonly resume: (machine: string | null) => Promise<boolean>
  readonly terraformState: () => Promise<string | undefined>
  readonly keepTerraformState: (state: string) => Promise<void>
  /** Name of the machine whose controller acts; undefined when none answers. */
  readonly actingController: () => Promise<string | undefined>
  readonly close: () => Promise<void>
}

const ROLE_TIMEOUT_MS = 1500
const CALL_TIMEOUT_MS = 10_000
/** Longer than a leader's lease: while candidates answer, one of them will lead. */
const ELECTION_MS = 12_000
const RETRY_MS = 300
/** A registry has 8 s for each question, and an image for several processors is several questions. */
const FIND_IMAGE_TIMEOUT_MS = 40_000
const UPLOAD_TIMEOUT_MS = 120_000
/** All channels are tried at once, each for 8 s. */
const CHANNELS_TIMEOUT_MS = 20_000

export const controllerUrl = (machine: Machine): string => `https://${machine.address}:${PORTS.controller}`
export const agentUrl = (machine: Machine): string => `https://${machine.address}:${PORTS.agent}`

/** A certificate for this operator, for a day. */
export async function operatorIdentity(plan: Plan, secrets: OperatorSecrets): Promise<TlsIdentity> {
  const issued = await issueOperator(secrets.issuingCa, plan.stack, userInfo().username)
  return { ca: secrets.rootCa.certificatePem, cert: issued.certificatePem, key: issued.keyPem }
}

interface Candidates {
  readonly acting: Machine | undefined
  /** Some controller answered, be it only to say that it doesn't lead. */
  readonly anyAnswers: boolean
}

/** The first that says it acts; a candidate that is gone doesn't make the others wait. */
async function askCandidates(client: MtlsClient, plan: Plan): Promise<Candidates> {
  let anyAnswers = false
  const answers = plan.machines.filter((machine) => machine.controllerCandidate).map(async (machine) => {
    const role = await callJson<{ acting: boolean }>(client, `${controllerUrl(machine)}/v1/role`, { timeoutMs: ROLE_TIMEOUT_MS })
    anyAnswers = true
    if (!role.acting) throw new OperationError('STANDBY', `${machine.name} does not lead`)
    return machine
  })
  const acting = await Promise.any(answers).catch(() => undefined)
  return { acting, anyAnswers }
}

/** Nobody leads just now, the leader has only just begun, or it is gone: worth another look for a while. */
const isPassing = (error: unknown): boolean =>
  error instanceof OperationError && (['UNREACHABLE', 'HTTP_503'].includes(error.code) || (error.code === 'HTTP_409' && /does not lead/.test(error.stderr ?? '')))

export function noController(plan: Plan): UserError {
  const names = plan.machines.filter((machine) => machine.controllerCandidate).map((machine) => machine.name)
  return new UserError(`no controller of ${plan.stack} answers: ${names.join(', ')} are silent, or etcd has no quorum`, { next: 'regrow up; and see docs/operate/etcd-no-quorum.md' })
}

/** A refusal is an answer too. */
async function orRefused<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof OperationError && error.code === 'HTTP_409') return JSON.parse(error.stderr ?? '{}') as T
    throw error
  }
}

/** A machine that the stack doesn't have is the user's mistake. */
async function forMachine<T>(plan: Plan, machine: string | null, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof OperationError) || error.code !== 'HTTP_404' || machine === null) throw error
    throw new UserError(`the stack has no machine ${machine}`, { next: `one of: ${plan.machines.map((one) => one.name).join(', ')}` })
  }
}

/** Reads secrets and makes a certificate; speaks to nobody yet. Throws `UserError` when nothing of the stack exists. */
export async function connectStack(loaded: LoadedStack): Promise<StackConnection> {
  const { plan } = loaded
  const ground = await groundOf(plan).existing(plan)
  // Without it the addresses of the spec belong to nobody we know: nothing is sent there.
  if (ground === undefined) throw new UserError(`${plan.stack} is not up in the environment ${plan.environment}`, { next: 'regrow up' })
  const secrets = await readSecrets(loaded.directory, loaded.environment)
  const tls = await operatorIdentity(plan, secrets)
  const client = mtlsClient(tls)
  let acting: Machine | undefined

  const findActing = async (): Promise<Candidates> => {
    const candidates = await askCandidates(client, plan)
    acting = candidates.acting
    return candidates
  }
  const leader = async (): Promise<Machine> => {
    if (acting !== undefined) return acting
    const candidates = await findActing()
    if (candidates.acting !== undefined) return candidates.acting
    throw candidates.anyAnswers ? new OperationError('HTTP_503', 'nobody leads just now') : noController(plan)
  }
  const call = async <T>(path: string, options: CallOptions): Promise<T> => {
    const deadline = Date.now() + ELECTION_MS
    for (;;) {
      try {
        return await callJson<T>(client, `${controllerUrl(await leader())}${path}`, options)
      } catch (error) {
        acting = undefined
        if (!isPassing(error) || Date.now() > deadline) throw error
        await sleep(RETRY_MS)
      }
    }
  }
  return {
    plan,
    tls,
    client,
    secrets,
    lab: ground.lab,
    status: () => call<StackStatus>('/v1/status', { timeoutMs: CALL_TIMEOUT_MS }),
    events: (after, waitMs) => call<readonly StackEvent[]>(`/v1/events?after=${after}&waitMs=${waitMs}`, { timeoutMs: waitMs + CALL_TIMEOUT_MS }),
    incidents: () => call<readonly Incident[]>('/v1/incidents', { timeoutMs: CALL_TIMEOUT_MS }),
    testChannels: () => call<readonly Delivered[]>('/v1/notify/test', { method: 'POST', timeoutMs: CHANNELS_TIMEOUT_MS }),
    hints: () => call<readonly HintRecord[]>('/v1/hints', { timeoutMs: CALL_TIMEOUT_MS }),
    setDesired: async (desired) => (await call<{ generation: number }>('/v1/desired', { method: 'PUT', json: desired, timeoutMs: CALL_TIMEOUT_MS })).generation,
    findImage: (order) => call<FindImageAnswer>('/v1/images/find', { method: 'POST', json: order, timeoutMs: FIND_IMAGE_TIMEOUT_MS }),
    putRelease: async (digest, archive) => {
      await call('/v1/releases/' + digest, { method: 'PUT', body: archive, timeoutMs: UPLOAD_TIMEOUT_MS })
    },
    rollBack: async () => {
      const answer = await orRefused(call<RollBackAnswer | { readonly error: string; readonly next?: string }>('/v1/release/back', { method: 'POST', timeoutMs: CALL_TIMEOUT_MS }))
      if ('error' in answer) throw new UserError(answer.error, answer.next === undefined ? {} : { next: answer.next })
      return answer
    },
    replace: (machine, accepted) => orRefused(call<ReplaceAnswer>(`/v1/machines/${machine}/replace`, { method: 'POST', json: { accepted } satisfies ReplaceOrder, timeoutMs: CALL_TIMEOUT_MS })),
    switchover: (order) => forMachine(plan, order.target, orRefused(call<SwitchoverAnswer>('/v1/database/switchover', { method: 'POST', json: order, timeoutMs: CALL_TIMEOUT_MS }))),
    why: (machine) => forMachine(plan, machine, call<WhyAnswer>(`/v1/machines/${machine}/why`, { timeoutMs: CALL_TIMEOUT_MS })),
    certificates: () => call<CertificatesAnswer>('/v1/certificates', { timeoutMs: CALL_TIMEOUT_MS }),
    renewCertificate: async () => {
      await call('/v1/certificates/renew', { method: 'POST', timeoutMs: CALL_TIMEOUT_MS })
    },
    pauses: () => call<readonly Pause[]>('/v1/pauses', { timeoutMs: CALL_TIMEOUT_MS }),
    pause: (order) => forMachine(plan, order.machine, call<Pause>('/v1/pauses', { method: 'POST', json: order, timeoutMs: CALL_TIMEOUT_MS })),
    resume: async (machine) => (await call<{ resumed: boolean }>(`/v1/pauses${machine === null ? '' : `?machine=${encodeURIComponent(machine)}`}`, { method: 'DELETE', timeoutMs: CALL_TIMEOUT_MS })).resumed,
    terraformState: async () => {
      const state = await call<unknown>('/v1/terraform/state', { timeoutMs: CALL_TIMEOUT_MS }).catch((error: unknown) => {
        if (error instanceof OperationError && error.code === 'HTTP_404') return undefined
        throw error
      })
      return state === undefined ? undefined : JSON.stringify(state)
    },
    keepTerraformState: async (state) => {
      await call('/v1/terraform/state', { method: 'PUT', body: Buffer.from(state), timeoutMs: CALL_TIMEOUT_MS })
    },
    actingController: async () => (await findActing()).acting?.name,
    close: () => client.close(),
  }
}
