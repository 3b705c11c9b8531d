/** A monitoring server of one's own in a lab's network: programs of the monitoring image, in namespaces that vanish with it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BRIDGE, netnsName } from '../../lab/names.ts'
import { assert } from '../../src/lib/errors.ts'
import { run, tryRun, type ExecResult } from '../../src/lib/exec.ts'

const TIMEOUT_MS = 60_000

export class MonitoringServer {
  readonly address: string
  readonly #directory: string
  readonly #holder: ChildProcess
  readonly #pid: number

  private constructor(address: string, directory: string, holder: ChildProcess, pid: number) {
    this.address = address
    this.#directory = directory
    this.#holder = holder
    this.#pid = pid
  }

  /** `image` stays as it is: all writes go to a layer above it. The cable to the lab's bridge goes with the namespaces. */
  static async open(image: string, lab: string, address: string): Promise<MonitoringServer> {
    const directory = await mkdtemp('/var/tmp/regrow-monitoring-')
    const root = join(directory, 'root')
    for (const part of ['root', 'upper', 'work']) await mkdir(join(directory, part))
    const setUp = `
      ip link set lo up
      mount -t overlay overlay -o lowerdir=${image},upperdir=${join(directory, 'upper')},workdir=${join(directory, 'work')} ${root}
      mount -t proc proc ${root}/proc; mount --rbind /dev ${root}/dev; mount -t tmpfs tmpfs ${root}/run
      echo ready; exec sleep infinity`
    const holder = spawn('unshare', ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-euc', setUp], { stdio: ['ignore', 'pipe', 'inherit'] })
    assert(holder.stdout !== null && holder.pid !== undefined, 'unshare was started')
    await once(holder.stdout, 'data')
    const [pid = ''] = (await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8')).trim().split(' ')
    const [link, netns] = [`mon${holder.pid}`, netnsName(lab)]
    await run('ip', ['link', 'add', 'host0', 'netns', pid, 'type', 'veth', 'peer', 'name', link, 'netns', netns])
    await run('ip', ['-n', netns, 'link', 'set', link, 'master', BRIDGE, 'up'])
    await run('nsenter', ['--target', pid, '--net', 'sh', '-euc', `ip address add ${address}/24 dev host0; ip link set host0 up`])
    return new MonitoringServer(address, directory, holder, Number(pid))
  }

  async close(): Promise<void> {
    const gone = once(this.#holder, 'exit')
    this.#holder.kill('SIGKILL')
    await gone
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 5 })
  }

  async write(path: string, text: string): Promise<void> {
    const file = `/proc/${this.#pid}/root${this.#directory}/root${path}`
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }

  /** A script for sh -eu as root. Throws when it fails. */
  async script(text: string): Promise<ExecResult> {
    const result = await tryRun('nsenter', this.#argv(['sh', '-euc', text]), { timeoutMs: TIMEOUT_MS })
    assert(result.code === 0, `on the monitoring server: ${result.stderr}\n${result.stdout}`)
    return result
  }

  /** A program that runs on, as `user`; its words go to /var/log/<name>.log. */
  async start(name: string, user: string, command: string): Promise<void> {
    await this.script(`mkdir -p /run/${name}; chown ${user} /run/${name}; setsid runuser -u ${user} -- ${command} >/var/log/${name}.log 2>&1 </dev/null &`)
  }

  log(name: string): Promise<string> {
    return this.script(`tail -n 60 /var/log/${name}.log`).then(({ stdout }) => stdout, () => '')
  }

  #argv(argv: readonly string[]): string[] {
    const env = ['env', '-i', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C.UTF-8', 'HOME=/root']
    return ['--target', String(this.#pid), '--mount', '--net', '--pid', '--', 'chroot', join(this.#directory, 'root'), ...env, ...argv]
  }
}
