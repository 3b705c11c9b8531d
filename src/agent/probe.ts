/** The indirect probe (SWIM): a peer's question whether this machine can reach a third one. */
import { connect } from 'node:net'
import { PORTS } from '../plan/types.ts'
import type { ProbeRequest, ProbeResult } from './api.ts'

/** A TCP handshake with the target's agent port: `refused` means its kernel lives, `silent` that nothing came back. */
export function probe(question: ProbeRequest): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host: question.address, port: PORTS.agent })
    const finish = (outcome: ProbeResult['outcome']): void => {
      socket.destroy()
      resolve({ outcome })
    }
    socket.setTimeout(question.timeoutMs, () => finish('silent'))
    socket.once('connect', () => finish('answered'))
    socket.once('error', (error: NodeJS.ErrnoException) => finish(error.code === 'ECONNREFUSED' ? 'refused' : 'silent'))
  })
}
