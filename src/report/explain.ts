/** The one module that turns reasons into English: CLI, log, API and notifications all say these sentences. */
import type { Reason } from '../decide/reason.ts'

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`
const list = (names: readonly string[]): string => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`)

export function explain(reason: Reason): string {
  switch (reason.code) {
    case 'all-healthy': return 'Everything is healthy and redundant.'
    case 'no-desired-state': return 'No desired state has been given yet; run: regrow up'
    case 'mode-observe': return `${reason.machine} should be replaced, but healing.mode is observe.`
    case 'machines-absent': return `${list(reason.machines)} ${reason.machines.length === 1 ? 'does' : 'do'} not exist yet.`
    case 'machine-silent': return `${reason.machine} has been silent for ${seconds(reason.silentMs)}; ${list(reason.observers)} can't reach it either.`
    case 'confirming': return `${reason.machine} is silent; waiting until ${seconds(reason.confirmMs)} have passed (${seconds(reason.silentMs)} so far).`
    case 'seen-by-another': return `${reason.machine} does not answer the controller, but ${reason.observer} reaches it: a cut or a hung agent, not a dead machine.`
    case 'no-second-observer': return `${reason.machine} is silent, but no second observer could be asked.`
    case 'requested': return `${reason.by} asked for ${reason.machine} to be replaced.`
    case 'creation-unfinished': return `The creation of ${reason.machine} was interrupted; trying it again.`
    case 'newborn-waits': return `${reason.machine} is up and waits to be claimed.`
    case 'awaiting-newborn': return `Waiting for ${reason.machine} to come up.`
    case 'awaiting-etcd-turn': return `${reason.machine} waits for ${reason.before}: etcd takes one new member at a time.`
    case 'learner-caught-up': return `${reason.machine} has etcd's data and becomes a voter.`
    case 'verified': return `${reason.machine} is a full member: every role was verified.`
    case 'birth-timeout': return `${reason.machine} was not a full member ${seconds(reason.startupMs)} after its birth began; beginning again.`
    case 'replacement-in-flight': return `${reason.machine} is being replaced; one at a time.`
    case 'waiting-for-membership': return `Waiting for ${reason.machine}: ${reason.problems.join('; ')}.`
    case 'would-lose-etcd-quorum': return `Replacing ${reason.machine} would leave etcd with ${reason.healthyAfter} healthy voters where ${reason.needed} are needed.`
    case 'last-good-copy': return `${reason.machine} may hold the only up-to-date copy of the data: no other machine is a proven primary.`
    case 'database-leader-unknown': return `Nobody but ${reason.machine} is known to hold the database's lock yet.`
    case 'is-primary': return `${reason.machine} is the primary; it is replaced only after another machine has become primary.`
    case 'last-of-role': return `${reason.machine} is the last healthy machine of role ${reason.role}.`
    case 'own-machine': return `A controller does not replace its own machine; run: regrow replace ${reason.machine}`
    case 'budget-spent': return `${reason.machine} was replaced ${reason.replacements} times within the hour (at most ${reason.max}): a human is needed.`
    case 'storm': return `${list(reason.silent)} fell silent together: that is the network, not the machines.`
    case 'etcd-unavailable': return 'etcd has no quorum, or no member can be reached; nothing is changed until it has.'
    case 'manifest-outdated': return `${reason.machine} has manifest ${reason.from ?? 'none'} and gets ${reason.to}.`
    case 'rollout-stopped': return `The roll-out stopped at ${reason.machine}: ${reason.why}.`
    case 'size-outdated': return `${reason.machine} has another size than the spec says: it is replaced, for a machine can't be resized in place.`
    case 'size-pending': return `${reason.machine} keeps its old size for now: ${reason.primary ? 'it is the primary, and is replaced once another machine has become primary' : `run: regrow replace ${reason.machine}`}.`
    case 'machine-surplus': return `${reason.machine} is no longer in the plan.`
    case 'etcd-leader-on-primary': return `${reason.machine} is primary and leads etcd; etcd's lead moves to ${reason.target}, or the loss of ${reason.machine} would renew its own lock.`
    case 'database-settings-outdated': return `The database's shared settings are not those of the spec; ${reason.machine} gets the new ones.`
    case 'updating': return `Working on ${reason.machine}.`
    case 'unwell': return `${reason.machine} is not well: ${reason.problems.join('; ')}.`
    case 'request-void': return `${reason.machine} is not a full member; there is nothing to replace.`
  }
}
