/** The lab's image as a root directory of its own: what the machines run, run here, with nothing left behind. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from '../src/lib/exec.ts'

/** Mounts the image below a file system in memory. Only in a mount namespace of one's own: nothing is unmounted. `profiles` is mounted at /profiles. */
export class Room {
  private readonly root: string

  private constructor(root: string) {
    this.root = root
  }

  static async open(image: string, base: string, profiles?: string): Promise<Room> {
    const [upper, work, root] = ['upper', 'work', 'root'].map((part) => join(base, part)) as [string, string, string]
    await run('mount', ['-t', 'tmpfs', 'tmpfs', base])
    for (const path of [upper, work, root]) mkdirSync(path)
    await run('mount', ['-t', 'overlay', 'overlay', '-o', `lowerdir=${image},upperdir=${upper},workdir=${work}`, root])
    await run('mount', ['-t', 'proc', 'proc', `${root}/proc`])
    await run('mount', ['--rbind', '/dev', `${root}/dev`])
    mkdirSync(`${root}/profiles`)
    if (profiles !== undefined) await run('mount', ['--bind', profiles, `${root}/profiles`])
    return new Room(root)
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true })
    writeFileSync(join(this.root, path), content, { mode: 0o600 })
  }

  /** `chroot` and `env` replace themselves: the process that comes back is the program's own. Its output goes to `onLine`. */
  start(argv: readonly string[], env: Readonly<Record<string, string>>, onOutput: (text: string) => void): ChildProcess {
    const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
    const child = spawn('chroot', [this.root, ...argv], { env: { PATH: path, LC_ALL: 'C.UTF-8', HOME: '/root', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', (chunk: Buffer) => onOutput(chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => onOutput(chunk.toString()))
    return child
  }
}
