/** The operator's line to a stack: finds the acting controller and speaks to it, whichever machine it runs on. */
import type { DesiredRequest, ReplaceAnswer, StackEvent, StackStatus } from '../controller/api.ts'
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
  readonly setDesired: (desired: DesiredRequest) => Promise<number>
  readonly putRelease: (digest: string, archive: Buffer) => Promise<void>
  readonly replace: (machine: string) => Promise<ReplaceAnswer>
  readonly terraformState: () => Promise<string | undefined>
  readonly keepTerraformState: (state: string) => Promise<void>
  /** Name of the machine whose controller acts; undefined when none answers. */
  readonly actingController: () => Promise<string | undefined>
  readonly close: () => Promise<void>
}

const ROLE_TIMEOUT_MS = 1500
const CALL_TIMEOUT_MS = 10_000
const UPLOAD_TIMEOUT_MS = 120_000

export const controllerUrl = (machine: Machine): string => `https://${machine.address}:${PORTS.controller}`
export const agentUrl = (machine: Machine): string => `https://${machine.address}:${PORTS.agent}`

/** A certificate for this operator, for a day. */
export async function operatorIdentity(plan: Plan, secrets: OperatorSecrets): Promise<TlsIdentity> {
  const issued = await issueOperator(secrets.issuingCa, plan.stack, userInfo().username)
  return { ca: secrets.rootCa.certificatePem, cert: issued.certificatePem, key: issued.keyPem }
}

/** The first that says it acts; a candidate that is gone doesn't make the others wait. */
async function findActing(client: MtlsClient, plan: Plan): Promise<Machine | undefined> {
  const answers = plan.machines.filter((machine) => machine.controllerCandidate).map(async (machine) => {
    const role = await callJson<{ acting: boolean }>(client, `${controllerUrl(machine)}/v1/role`, { timeoutMs: ROLE_TIMEOUT_MS })
    if (!role.acting) throw new OperationError('STANDBY', `${machine.name} does not lead`)
    return machine
  })
  return Promise.any(answers).catch(() => undefined)
}

export function noController(plan: Plan): UserError {
  const control = plan.machines.find((machine) => machine.roles.includes('control'))?.name ?? 'control-1'
  return new UserError(`no controller of ${plan.stack} answers`, { next: `regrow up   (or, when ${control} is lost: regrow replace ${control})` })
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

  const call = async <T>(path: string, options: CallOptions, retried = false): Promise<T> => {
    acting ??= await findActing(client, plan)
    if (acting === undefined) throw noController(plan)
    try {
      return await callJson<T>(client, `${controllerUrl(acting)}${path}`, options)
    } catch (error) {
      const moved = error instanceof OperationError && (error.code === 'UNREACHABLE' || (error.code === 'HTTP_409' && /does not lead/.test(error.stderr ?? '')))
      if (!moved || retried) throw error
      acting = undefined
      return call<T>(path, options, true)
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
    setDesired: async (desired) => (await call<{ generation: number }>('/v1/desired', { method: 'PUT', json: desired, timeoutMs: CALL_TIMEOUT_MS })).generation,
    putRelease: async (digest, archive) => {
      await call('/v1/releases/' + digest, { method: 'PUT', body: archive, timeoutMs: UPLOAD_TIMEOUT_MS })
    },
    replace: async (machine) => {
      try {
        return await call<ReplaceAnswer>(`/v1/machines/${machine}/replace`, { method: 'POST', timeoutMs: CALL_TIMEOUT_MS })
      } catch (error) {
        if (error instanceof OperationError && error.code === 'HTTP_409') return JSON.parse(error.stderr ?? '{}') as ReplaceAnswer
        throw error
      }
    },
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
    actingController: async () => (acting = await findActing(client, plan))?.name,
    close: () => client.close(),
  }
}
