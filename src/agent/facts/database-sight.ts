/** From an app machine: which database machines' kernels answer it. A look costs a packet each way: nobody listens there, and the kernel says so. */
import type { AgentConfig } from '../../render/agent-config.ts'
import { probe } from '../probe.ts'

const LOOK_EVERY_MS = 2000
const ANSWER_MS = 700

export type Look = (address: string) => Promise<boolean>

/** For how long each has not answered, in ms; 0: it did at the last look. Each call may begin a look, and waits for none. */
export function databaseSight(databases: NonNullable<AgentConfig['databases']>, look: Look = answers, now: () => number = () => performance.now()): () => Readonly<Record<string, number>> {
  const unseenSince = new Map<string, number>()
  let lookedMs = -Infinity
  return () => {
    if (now() - lookedMs >= LOOK_EVERY_MS) {
      const begunMs = now()
      lookedMs = begunMs
      for (const { machine, address } of databases) {
        void look(address).then((seen) => {
          if (seen) unseenSince.delete(machine)
          else if (!unseenSince.has(machine)) unseenSince.set(machine, begunMs)
        })
      }
    }
    return Object.fromEntries(databases.map(({ machine }) => [machine, Math.round(now() - (unseenSince.get(machine) ?? now()))]))
  }
}

const answers: Look = async (address) => (await probe({ address, port: 'pulse', timeoutMs: ANSWER_MS })).outcome !== 'silent'
