/**
 * A pooler whose server dies in the middle of a row tells its client so right there: the words of the error stand where the rest of the row should be. pg's parser
 * throws then, out of the socket's own event, and would end the process. It is a connection that failed, and nothing else.
 */
import type { Duplex } from 'node:stream'
import type pg from 'pg'

/** For a client that is connected. */
export function guardParser(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Duplex } }).connection
  const emit = stream.emit.bind(stream)
  stream.emit = (event: string, ...parts: unknown[]): boolean => {
    if (event !== 'data') return emit(event, ...parts)
    try {
      return emit(event, ...parts)
    } catch (cause) {
      stream.destroy(Object.assign(new Error('the answer makes no sense: its server was lost in the middle of it', { cause }), { code: 'ECONNRESET' }))
      return true
    }
  }
}
