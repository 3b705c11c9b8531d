/** Where the image's packages come from: the host's own Debian mirror and the host's own way through proxies. */
import { tryRun } from '../src/lib/exec.ts'

export const DEFAULT_MIRROR = 'http://deb.debian.org/debian'

/** From `apt-get indextargets` lines `<repository URI> <origin>`: the first that is a main Debian archive. */
export function chooseMirror(targets: string): string {
  const archive = targets.split('\n').map((line) => line.trim().replace(/\/$/, '')).find((uri) => /^https?:\/\/\S+\/debian$/.test(uri))
  return archive ?? DEFAULT_MIRROR
}

export async function hostMirror(): Promise<string> {
  const result = await tryRun('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'], { timeoutMs: 10_000 })
  return chooseMirror(result.code === 0 ? result.stdout : '')
}

/** From `apt-config dump`: proxies, certificates, credentials and time checks, but no index targets (those name files that only the host has). */
export function chooseAptOptions(dump: string): string {
  const kept = dump.split('\n').filter((line) => /^Acquire::(http|https|Check-Valid-Until|Check-Date|Retries|ForceIPv4|ForceIPv6)\b/.test(line) && !line.endsWith('"";'))
  return [...kept, 'APT::Install-Recommends "false";', ''].join('\n')
}

export async function hostAptOptions(): Promise<string> {
  const result = await tryRun('apt-config', ['dump', '--format', '%F "%v";%n'], { timeoutMs: 10_000 })
  return chooseAptOptions(result.code === 0 ? result.stdout : '')
}
