/** The indirect probe (SWIM): a peer's question whether this machine can reach a third one. */
import { connect } from 'node:net'
import { connect as startTls } from 'node:tls'
import { PORTS } from '../plan/types.ts'
import type { ProbeRequest, ProbeResult } from './api.ts'

/**
 * Speaks TLS with the target's agent port, without a certificate: any byte of an answer, an alert too, means that somebody
 * is there. A frozen machine's kernel still takes connections, and a machine without an agent still refuses them.
 */
export function probe(question: ProbeRequest, port: number = question.port === 'pulse' ? PORTS.pulse : PORTS.agent): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host: question.address, port })
    let connected = false
    const finish = (outcome: ProbeResult['outcome']): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ outcome })
    }
    const judge = (error?: NodeJS.ErrnoException): void => {
      if (socket.bytesRead > 0) finish('answered')
      else if (connected) finish('open')
      else finish(error?.code === 'ECONNREFUSED' ? 'refused' : 'silent')
    }
    socket.once('connect', () => {
      connected = true
      // Nothing is sent that needs trust, so whose certificate it is doesn't matter.
      const tls = startTls({ socket, rejectUnauthorized: false })
      tls.once('secureConnect', () => finish('answered'))
      tls.on('error', judge)
      tls.once('close', () => judge())
    })
    socket.on('error', judge)
    const timer = setTimeout(judge, question.timeoutMs)
  })
}
