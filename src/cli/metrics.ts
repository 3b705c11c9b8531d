/** `regrow metrics certificate`: a certificate with which Prometheus may read metrics, and nothing else. */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { writeFileAtomic } from '../lib/write-file.ts'
import { issueMonitor, MONITOR_DAYS } from '../pki/authority.ts'
import { readSecrets } from '../secrets/store.ts'
import { loadStack } from '../spec/load.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { print, printJson } from './output.ts'

interface CertificateOptions extends StackOptions {
  readonly out: string
  readonly name: string
}

export function registerMetrics(program: Command): void {
  const metrics = program.command('metrics').description('let Prometheus in')
  withStackOptions(metrics.command('certificate').description('write a certificate that may read metrics, and nothing else'))
    .requiredOption('-o, --out <directory>', 'where ca.pem, monitor.pem and monitor.key go')
    .option('--name <name>', 'who it is for; shows in the certificate', 'prometheus')
    .action(certificate)
}

async function certificate(options: CertificateOptions): Promise<void> {
  const loaded = await loadStack({ ...loadOptions(options), values: 'optional' })
  const secrets = await readSecrets(loaded.directory, loaded.environment)
  const issued = await issueMonitor(secrets.issuingCa, loaded.plan.stack, encodeURIComponent(options.name))
  const directory = resolve(options.out)
  await mkdir(directory, { recursive: true })
  await writeFileAtomic(join(directory, 'ca.pem'), secrets.rootCa.certificatePem, { mode: 0o644 })
  await writeFileAtomic(join(directory, 'monitor.pem'), issued.certificatePem, { mode: 0o644 })
  await writeFileAtomic(join(directory, 'monitor.key'), issued.keyPem, { mode: 0o600 })
  const files = ['ca.pem', 'monitor.pem', 'monitor.key'].map((file) => join(directory, file))
  if (options.json === true) printJson({ files, days: MONITOR_DAYS })
  else print(`wrote ${files.join(', ')}: good for ${MONITOR_DAYS} days`)
}
