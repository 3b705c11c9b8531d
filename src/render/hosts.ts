/** /etc/hosts: every machine of the stack by name, so that nothing depends on a name server. */
import type { RenderInput } from './input.ts'
import { textFile, type ManifestPart } from './part.ts'

export function hostsPart({ plan }: RenderInput): ManifestPart {
  const lines = plan.machines.map(({ name, address }) => `${address} ${name} ${name}.${plan.stack}`)
  const content = ['127.0.0.1 localhost', '::1 localhost ip6-localhost ip6-loopback', ...lines].join('\n')
  return { files: [textFile('/etc/hosts', content)] }
}
