/** The lab as a provider: Terraform's built-in terraform_data calls the lab's API with curl, so nothing is downloaded. */
import type { CreateMachine } from '../../../lab/api.ts'
import { formatAddress, hostOf, parseNetwork } from '../../plan/ipv4.ts'
import type { Machine, Plan } from '../../plan/types.ts'
import { labClient } from './client.ts'
import { BIRTHS_VARIABLE, terraformSettings, type Provider, type StateBackend } from '../provider.ts'

export const LAB_URL_VARIABLE = 'REGROW_LAB_URL'
export const LAB_TOKEN_VARIABLE = 'REGROW_LAB_TOKEN'

export const lab: Provider = {
  name: 'lab',
  // The lab's host, and no machine of the stack.
  defaultOperators: (cidr) => {
    const network = parseNetwork(cidr)
    return network === undefined ? [] : [`${formatAddress(hostOf(network))}/32`]
  },
  networkInterface: 'host0',
  terraform,
  resourceAddress: (machine) => `terraform_data.machine["${machine}"]`,
  birthDocument: (machine, userData) => ({ ...createMachine(machine, userData) }),
  powerOff: (machine, credentials) => powerOff(machine, credentials[LAB_URL_VARIABLE] ?? '', credentials[LAB_TOKEN_VARIABLE] ?? ''),
  credentials: [LAB_URL_VARIABLE, LAB_TOKEN_VARIABLE],
}

async function powerOff(machine: string, url: string, token: string): Promise<void> {
  const client = labClient({ url, token })
  if ((await client.get(machine)) !== undefined) await client.power(machine, 'off')
}

const createMachine = ({ name, address, size, roles }: Machine, userData: string): CreateMachine => ({
  name,
  address,
  userData,
  cpus: size.cpus,
  memoryMb: size.memoryMb,
  diskGb: size.diskGb,
  labels: { roles: roles.join(',') },
})

function terraform(plan: Plan, backend: StateBackend): Readonly<Record<string, unknown>> {
  const machines = plan.machines.map(({ name, address, size }) => [name, { name, address, ...size }] as const)
  const attribute = (name: string): [string, string] => [name, `\${each.value.${name}}`]
  const environment = { MACHINE: '${self.input.name}' }
  return {
    terraform: terraformSettings(backend),
    resource: {
      terraform_data: {
        machine: {
          for_each: Object.fromEntries(machines),
          // All that a destroy provisioner can see is what stands here.
          input: Object.fromEntries(['name', 'address', 'cpus', 'memoryMb', 'diskGb'].map(attribute)),
          triggers_replace: ['address', 'cpus', 'memoryMb', 'diskGb'].map((name) => attribute(name)[1]),
          provisioner: [
            { 'local-exec': { command: CREATE, environment } },
            { 'local-exec': { command: DESTROY, when: 'destroy', environment } },
          ],
        },
      },
    },
  }
}

// The token goes through a pipe, written by the shell's own printf: it is in no argument list and not in the state.
// curl repeats by itself what a passing trouble broke: time-outs, refused connections and 5xx answers.
const CURL = [
  `printf 'header = "Authorization: Bearer %s"\\n' "$${LAB_TOKEN_VARIABLE}" |`,
  "curl --config - --silent --show-error --noproxy '*' --max-time 60 --retry 5 --retry-delay 1 --retry-connrefused",
].join(' ')

/** A pipe hides that the first half failed, so the variables are looked at before. */
const BEGIN = `set -eu
: "$${LAB_TOKEN_VARIABLE}" "$${LAB_URL_VARIABLE}"`

/** The API takes the same machine twice, so a lost answer is simply asked for again. */
const CREATE = `${BEGIN}
${CURL} --fail-with-body --header 'Content-Type: application/json' --data-binary "@$${BIRTHS_VARIABLE}/$MACHINE.json" "$${LAB_URL_VARIABLE}/v1/machines"`

/** A machine that is already gone is destroyed. The doubled % is Terraform's own escape. */
const DESTROY = `${BEGIN}
status=$(${CURL} --request DELETE --output /dev/null --write-out '%%{http_code}' "$${LAB_URL_VARIABLE}/v1/machines/$MACHINE")
case "$status" in
  2??|404) ;;
  *) echo "the lab answered $status to the deletion of $MACHINE" >&2; exit 1 ;;
esac`
