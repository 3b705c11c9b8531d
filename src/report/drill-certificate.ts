/** Makes the stack believe that its certificate by ACME ends soon, by its own record of it in etcd. */
import type { Stage } from './drill-stage.ts'

const ETCDCTL = 'etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/regrow/tls/etcd/ca.pem --cert=/etc/regrow/tls/etcd/chain.pem --key=/etc/regrow/tls/etcd/key.pem'

/** `change` is JavaScript on the record `it`; what it was is kept in `meant`. Does nothing when there is no record. */
async function changeRecord({ scene: { plan }, run }: Pick<Stage, 'scene' | 'run'>, change: string): Promise<void> {
  const voter = plan.machines.find((machine) => machine.etcdVoter)
  const key = `/regrow/${plan.stack}/certificate/current`
  const edit = `const record = JSON.parse(require("fs").readFileSync(0)), it = record.value; ${change}; process.stdout.write(JSON.stringify(record))`
  const script = `before=$(${ETCDCTL} get --print-value-only ${key}); [ -n "$before" ] || exit 0; after=$(printf %s "$before" | node -e '${edit}'); [ "$after" = "$before" ] || printf %s "$after" | ${ETCDCTL} put ${key}`
  if (voter !== undefined) await run(voter.name, 'sh', '-euc', script)
}

export const endIn = (stage: Pick<Stage, 'scene' | 'run'>, ms: number): Promise<void> => changeRecord(stage, `it.meant ??= it.notAfterMs; it.notAfterMs = ${Date.now() + ms}`)

/** When no new certificate has taken its place. */
export const endAsMeant = (stage: Pick<Stage, 'scene' | 'run'>): Promise<void> => changeRecord(stage, 'if (it.meant) { it.notAfterMs = it.meant; delete it.meant }')

/** Of what nginx was told to show. */
export const shownOn = async ({ run }: Pick<Stage, 'run'>, machine: string): Promise<string> => run(machine, 'head', '-n', '1', '/var/lib/regrow/nginx/certificate.conf')
