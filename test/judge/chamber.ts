/** A chamber for the judges: rendered machines on the lab's image, in namespaces of their own that vanish with it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseIds } from '../../src/agent/apply/accounts.ts'
import { assert } from '../../src/lib/errors.ts'
import { tryRun, type ExecResult } from '../../src/lib/exec.ts'
import type { Manifest, ManifestFile } from '../../src/render/manifest.ts'

export interface Identity {
  readonly keyPem: string
  readonly chainPem: string
  readonly rootPem: string
}

/** One machine's file system: the image below, what was rendered above. */
export interface Room {
  /** Runs a program in it; never throws for a non-zero exit. */
  run(argv: readonly string[]): Promise<ExecResult>
  /** A script for sh -eu, with a tool that the programs need to be started and asked. */
  script(text: string): Promise<ExecResult>
}

const RUN_TIMEOUT_MS = 60_000

export class Chamber {
  private readonly directory = mkdtempSync('/var/tmp/regrow-judge-')
  private readonly image: string
  private readonly holder: ChildProcess
  private readonly pid: number

  private constructor(image: string, holder: ChildProcess, pid: number) {
    this.image = image
    this.holder = holder
    this.pid = pid
  }

  /** Namespaces for mounts, network and processes, held open by a sleeping process; `host0` is there as on a real machine. */
  static async open(image: string): Promise<Chamber> {
    const setUp = 'ip link set lo up; ip link add host0 type veth peer name judge; ip link set host0 up; ip link set judge up; echo ready; exec sleep infinity'
    const holder = spawn('unshare', ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-euc', setUp], { stdio: ['ignore', 'pipe', 'inherit'] })
    assert(holder.stdout !== null && holder.pid !== undefined, 'unshare was started')
    await once(holder.stdout, 'data')
    const children = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').trim()
    return new Chamber(image, holder, Number(children.split(' ')[0]))
  }

  async close(): Promise<void> {
    const gone = once(this.holder, 'exit')
    // unshare itself ignores SIGTERM while it waits; --kill-child takes the namespaces down with it.
    this.holder.kill('SIGKILL')
    await gone
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 })
  }

  /** Puts the manifest's files where the agent would, gives `host0` the machine's address, and returns the room. */
  async furnish(name: string, address: string, manifest: Manifest, identity: Identity): Promise<Room> {
    const [upper, work, root] = ['upper', 'work', 'root'].map((part) => join(this.directory, name, part)) as [string, string, string]
    for (const path of [upper, work, root]) mkdirSync(path, { recursive: true })
    await this.inside(`
      mount -t overlay overlay -o lowerdir=${this.image},upperdir=${upper},workdir=${work} ${root}
      mount -t proc proc ${root}/proc; mount --rbind /sys ${root}/sys; mount --rbind /dev ${root}/dev; mount -t tmpfs tmpfs ${root}/run
      mkdir -p ${root}/run/postgresql; chroot ${root} chown postgres:postgres /run/postgresql
      ip address flush dev host0 scope global; ip address add ${address}/24 dev host0`)
    const run = (argv: readonly string[]): Promise<ExecResult> => this.enter(['chroot', root, ...argv])
    // Through the mount, as the namespace sees it: what is written below an overlay while it is mounted may stay unseen.
    const mounted = `/proc/${this.pid}/root${root}`
    // As the agent: accounts first, because files belong to them.
    for (const file of manifest.files.filter((each) => each.path.startsWith('/etc/sysusers.d/'))) {
      place(mounted, file, identity, () => 0, () => 0)
      const made = await run(['systemd-sysusers', file.path])
      assert(made.code === 0, `systemd-sysusers ${file.path}: ${made.stderr}`)
    }
    const ids = (file: string) => parseIds(readFileSync(`${mounted}/etc/${file}`, 'utf8'))
    const [users, groups] = [ids('passwd'), ids('group')]
    for (const file of manifest.files) place(mounted, file, identity, (user) => find(users, user), (group) => find(groups, group))
    return { run, script: (text) => run(['sh', '-euc', text]) }
  }

  private async inside(text: string): Promise<void> {
    const result = await this.enter(['sh', '-euc', text])
    assert(result.code === 0, `the chamber could not be furnished: ${result.stderr}`)
  }

  private enter(argv: readonly string[]): Promise<ExecResult> {
    const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
    const env = ['env', '-i', `PATH=${path}`, 'LC_ALL=C.UTF-8', 'HOME=/root']
    return tryRun('nsenter', ['--target', String(this.pid), '--mount', '--net', '--pid', '--', ...env, ...argv], { timeoutMs: RUN_TIMEOUT_MS })
  }
}

function find(ids: ReadonlyMap<string, number>, name: string): number {
  const id = ids.get(name)
  assert(id !== undefined, `the image has an account ${name}`)
  return id
}

function place(root: string, file: ManifestFile, identity: Identity, uid: (user: string) => number, gid: (group: string) => number): void {
  const path = join(root, file.path)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, contentOf(file, identity))
  chownSync(path, uid(file.owner), gid(file.group))
  chmodSync(path, Number.parseInt(file.mode, 8))
}

function contentOf({ source }: ManifestFile, { keyPem, chainPem, rootPem }: Identity): string {
  if ('content' in source) return source.content
  return { key: keyPem, 'certificate-chain': chainPem, ca: rootPem }[source.identity]
}
