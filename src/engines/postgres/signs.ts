/**
 * Signs that PostgreSQL's main process has died, or that a standby is being promoted, without asking again and again. A connection that goes
 * no further than its first message ends with the main process (PostgreSQL, be-secure.c: a wait for the client ends with the postmaster), and
 * after `authentication_timeout`; `standby.signal` goes from the data directory.
 */
import { statSync, watch, type FSWatcher } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { PORTS } from '../../plan/types.ts'
import type { Signs } from '../observer.ts'
import { SSL_REQUEST } from './knock.ts'
import { DATA_DIR, SOCKET_DIR } from './names.ts'

export interface Places {
  readonly socket: string
  readonly directory: string
}

const PLACES: Places = { socket: `${SOCKET_DIR}/.s.PGSQL.${PORTS.postgres}`, directory: DATA_DIR }

const inodeOf = (path: string): number | null => statSync(path, { throwIfNoEntry: false })?.ino ?? null

export function postgresSigns(onSign: () => void, { socket: path, directory }: Places = PLACES): Signs {
  let vigil: Socket | undefined
  let watched: { readonly inode: number; readonly watcher: FSWatcher } | undefined
  let stopped = false

  const keepVigil = (): void => {
    if (vigil !== undefined) return
    const socket = connect({ path })
    vigil = socket
    let answered = false
    socket.once('connect', () => socket.write(SSL_REQUEST))
    socket.once('data', () => { answered = true })
    socket.on('error', () => undefined)
    socket.once('close', () => {
      vigil = undefined
      if (answered && !stopped) onSign()
    })
  }
  const watchDirectory = (): void => {
    const inode = inodeOf(directory)
    if (inode === watched?.inode) return
    watched?.watcher.close()
    watched = undefined
    if (inode === null) return
    const watcher = watch(directory, onSign)
    watcher.on('error', () => {
      watcher.close()
      watched = undefined
    })
    watched = { inode, watcher }
  }
  const renew = (): void => {
    keepVigil()
    try {
      watchDirectory()
    } catch {
      // It went between two looks, or there are no more watches: the next round tries again, and somebody looks from time to time anyway.
    }
  }
  renew()
  return {
    renew,
    stop: () => {
      stopped = true
      vigil?.destroy()
      watched?.watcher.close()
    },
  }
}
