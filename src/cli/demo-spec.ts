/** The demo's spec: what `regrow init` writes, a little more impatient, and in the network that was asked for; pure. */
import { UserError } from '../lib/errors.ts'

const NETWORK = /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.)0\/24$/
/** Long enough to see that nothing happens hastily; for a stack that matters 20 s is a better choice. */
const CONFIRM = 'confirm: 5s'

/** `network`: a /24, whose last octets stay those of the starter. */
export function demoSpec(starter: string, network: string): string {
  const prefix = NETWORK.exec(network)?.[1]
  if (prefix === undefined) throw new UserError(`the demo's network should look like 10.77.0.0/24, not ${network}`, { where: '--network', next: 'regrow demo --network 10.78.0.0/24' })
  return starter.replace(/confirm: \d+s(?=\s)/, CONFIRM).replace(/(?<![\d.])10\.77\.0\./g, prefix)
}
