/** The one module that turns reasons into English: CLI, log, API and notifications all say these sentences. */
import type { DriftItem } from '../agent/api.ts'
import type { Problem } from '../decide/problem.ts'
import type { Reason } from '../decide/reason.ts'
import type { Attempt } from '../decide/world.ts'

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`
const list = (names: readonly string[]): string => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`)

export function explain(reason: Reason): string {
  switch (reason.code) {
    case 'migration-due': return `Release ${reason.release} wants something done once before it runs; ${reason.machine} does it.`
    case 'awaiting-migration': return `${reason.machine} gets the new release once ${reason.on === null ? 'a machine can do' : `${reason.on} has done`} what comes before it.`
    case 'migration-failed': return `What was to be done on ${reason.machine} before the new release failed: ${reason.error}`
    case 'release-unhealthy': return `Release ${reason.release} has not become healthy on ${reason.machine} in ${seconds(reason.forMs)}.`
    case 'release-refused': return `${reason.machine} could not take release ${reason.release}: ${reason.error}`
    case 'change-over': return `Release ${reason.release} runs well beside the one that has the users; it gets them, on all app machines at once.`
    case 'release-proven': return `Release ${reason.release} runs well on all app machines.`
    case 'all-healthy': return 'Everything is healthy and redundant.'
    case 'no-desired-state': return 'No desired state has been given yet; run: regrow up'
    case 'mode-observe': return `Something is to be done about ${reason.machine}, but healing.mode is observe.`
    case 'paused': return `${reason.scope === 'stack' ? 'The stack' : reason.machine} is paused until ${clock(reason.untilMs)} by ${reason.by}: ${reason.why}.`
    case 'machines-absent': return `${list(reason.machines)} ${reason.machines.length === 1 ? 'does' : 'do'} not exist yet.`
    case 'machine-silent': return `${reason.machine} has been silent for ${seconds(reason.silentMs)}; ${list(reason.observers)} can't reach it either.`
    case 'machine-hung': return `${reason.machine} has not spoken for ${seconds(reason.silentMs)}; ${list(reason.observers)} ${reason.outcome === 'open' ? 'can connect to it and gets no word' : 'finds its kernel alive and its agent gone'}.`
    case 'disk-stalled': return `The disk of ${reason.machine} has taken no write for ${seconds(reason.stalledMs)}.`
    case 'engine-deaf': return `The database on ${reason.machine} has answered no new connection for ${seconds(reason.deafMs)}, while open ones go on: its main process is ended.`
    case 'replica-stuck': return `${describe(reason.problem, reason.machine)}, for ${seconds(reason.forMs)}${reason.times > 0 ? ', though it was copied anew' : ': it is copied anew from the primary'}.`
    case 'confirming': return `${reason.machine} is silent; waiting until ${seconds(reason.confirmMs)} have passed (${seconds(reason.silentMs)} so far).`
    case 'seen-by-another': return `${reason.machine} does not answer the controller, but ${reason.observer} reaches it: a cut between them, not a dead machine.`
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
    case 'terraform-locked': return `Terraform may still be at work on ${reason.holder}, which led before; ${reason.machine} waits until that is known to be over.`
    case 'waiting-for-membership': return `Waiting for ${reason.machine}: ${sentences(reason.problems)}.`
    case 'would-lose-etcd-quorum': return `Replacing ${reason.machine} would leave etcd with ${reason.healthyAfter} healthy voters where ${reason.needed} are needed.`
    case 'last-good-copy': return `${reason.machine} may hold the only up-to-date copy of the data: no other machine is a proven primary.`
    case 'database-leader-unknown': return `Nobody but ${reason.machine} is known to hold the database's lock yet.`
    case 'is-primary': return `${reason.machine} is the primary; it is replaced only after another machine has become primary.`
    case 'no-heir': return `${reason.machine} is the primary, and no synchronous standby is fit to take over.`
    case 'restart-pending': return `Parameters of the database on ${reason.machine} take effect with a restart.`
    case 'no-primary': return "Nobody holds the database's lock: there is no primary that could hand over."
    case 'already-primary': return `${reason.machine} is the primary already.`
    case 'not-an-heir': return `${reason.target} is not fit to take over from ${reason.machine}: it is no synchronous standby that streams.`
    case 'switchover-asked': return `${reason.by} asked for ${reason.target} to take over from ${reason.machine} as primary.`
    case 'switch-over-first': return `${sentence(reason.cause)} It is the primary: ${reason.target} takes over first.`
    case 'last-of-role': return `${reason.machine} is the last healthy machine of role ${reason.role}.`
    case 'own-machine': return `The acting controller runs on ${reason.machine}; another one must act first.`
    case 'hand-over-first': return `${sentence(reason.cause)} Its controller is the acting one: the one on ${reason.target} takes over first.`
    case 'primary-dead': return `${sentence(reason.cause)} It is the primary: it is fenced off, and its lock goes to a standby that has every acknowledged write.`
    case 'failover-refused': return `${reason.machine} is the primary and seems dead, but ${refusedFailover(reason)}: Patroni fails over when the lock has run out.`
    case 'fence-standby': return `${sentence(reason.cause)} It is fenced off, so that nobody waits for its answers.`
    case 'fence-kept': return `${reason.machine} is away, and stays fenced off.`
    case 'fence-over': return `${reason.machine} ${reason.reborn ? 'is made anew' : 'is back, and takes itself for what it is'}: its fence is lifted.`
    case 'power-off-first': return `${sentence(reason.cause)} Terraform may still be at work there, and ${reason.waiting} waits for that: ${reason.machine} is powered off.`
    case 'no-successor': return `${reason.machine} has the acting controller, and no other candidate is fit to take over.`
    case 'preferred-is-back': return `${reason.target} is well again: its controller takes over from the one on ${reason.machine}.`
    case 'budget-spent': return `${reason.machine} was replaced ${reason.replacements === 1 ? 'once' : `${reason.replacements} times`} within the hour (at most ${reason.max}): a human is needed.`
    case 'not-seen-yet': return `${reason.machine} waits until ${list(reason.unseen)} ${reason.unseen.length === 1 ? 'has' : 'have'} answered, or not.`
    case 'storm': return `${list(reason.silent)} fell silent together: that is the network, not the machines.`
    case 'common-cause': return `${describe(reason.problem, reason.machine)}, and so on ${list(reason.others)}: a bad release or something that they share, not a bad machine.`
    case 'restart-due': return `${describe(reason.problem, reason.machine)}: ${reason.unit} is restarted${reason.times > 1 ? ' once more' : ''}.`
    case 'reboot-due': return `${describe(reason.problem, reason.machine)}${after(reason.restarts, 0)}: the machine is rebooted.`
    case 'ladder-climbed': return `${describe(reason.problem, reason.machine)}${after(reason.restarts, reason.reboots)}.`
    case 'settling': return `${reason.machine} has ${Math.ceil(reason.leftMs / 1000)} s more to show what its ${STEP_NAMES[reason.step]} has done.`
    case 'drifted': return `${reason.machine} is not as it was made: ${driftOf(reason.items)}.`
    case 'drift-reported': return `${reason.machine} is not as it was made: ${driftOf(reason.items)}. Nothing is done about it.`
    case 'drift-everywhere': return `${driftOf([reason.item])} on ${list([reason.machine, ...reason.others])}: somebody is at work on all of them; nothing is done about it.`
    case 'hint-trusted': return `${reason.source} says of ${reason.machine}: ${reason.hint}${reason.evidence === '' ? '' : ` (${reason.evidence})`}. That reason is trusted.`
    case 'verifying-hint': return `${reason.source} says of ${reason.machine}: ${reason.hint}. Looking into it for ${Math.ceil(reason.leftMs / 1000)} s more.`
    case 'hint-healed': return `${reason.machine} was replaced since the hint: ${reason.hint}.`
    case 'hint-unfounded': return `${reason.source} said of ${reason.machine}: ${reason.hint}. Nothing is wrong with it that can be seen from here.`
    case 'hint-unknown-machine': return `A hint names ${reason.machine}, which this stack does not have: ${reason.hint}.`
    case 'too-old': return `${reason.machine} is ${age(reason.ageMs)} old; healing.maxAge is ${age(reason.maxAgeMs)}.`
    case 'certificate-expiring': return `The certificate of ${reason.machine} ends in ${age(reason.leftMs)}; a rebirth gives it a new one.`
    case 'two-holders': return `${reason.machine} and ${reason.target} both hold the entry address, for they don't hear each other: ${reason.machine} leaves it.`
    case 'entry-blind': return `${reason.machine} holds the entry address and has reached no application server for ${seconds(reason.blindMs)}, but ${reason.target} does: ${reason.machine} leaves it.`
    case 'stays-down': return `${reason.machine} does not hear ${reason.target} yet, and goes on to leave the entry address to it.`
    case 'stand-up': return `Nobody holds the entry address: ${reason.machine} may again.`
    case 'flapping': return `${reason.machine} fell silent ${reason.times} times within ten minutes, and came back each time: a bad link or a starved host.`
    case 'clock-skew': return `The clock of ${reason.machine} is ${seconds(Math.abs(reason.skewMs))} ${reason.skewMs > 0 ? 'ahead' : 'behind'}.`
    case 'disk-filling': return `The disk of ${reason.machine} is ${reason.usedPercent} % full.`
    case 'disk-full': return `The disk of ${reason.machine} is ${reason.usedPercent} % full${reason.freed ? ', without all that it can do without' : ': what it can do without is removed'}.`
    case 'no-room': return `The disk of ${reason.machine} is ${reason.usedPercent} % full, and what it can do without is gone already${reason.primary ? '; it is the primary, and no synchronous standby has more room' : ''}: a human is needed.`
    case 'cut-from-apps': return `${reason.machine} is well, but ${list(reason.apps)} ${reason.apps.length === 1 ? 'has' : 'have'} not reached it for ${seconds(reason.unseenMs)}.`
    case 'connections-scarce': return `${reason.used} of the ${reason.max} connections that clients can have to the database on ${reason.machine} are taken.`
    case 'work-failing': return `On ${reason.machine} ${list([...reason.workers.map((name) => `the worker ${name} ends again and again`), ...reason.jobs.map((name) => `the last run of the job ${name} failed`)])}.`
    case 'etcd-unavailable': return 'etcd has no quorum, or no member can be reached; nothing is changed until it has.'
    case 'manifest-outdated': return `${reason.machine} has manifest ${reason.from ?? 'none'} and gets ${reason.to}.`
    case 'rollout-stopped': return `The roll-out stopped at ${reason.machine}: ${sentences(reason.problems)}.`
    case 'size-outdated': return `${reason.machine} has another size than the spec says: it is replaced, for a machine can't be resized in place.`
    case 'size-pending': return `${reason.machine} keeps its old size for now: ${reason.primary ? 'it is the primary, and is replaced once another machine has become primary' : `run: regrow replace ${reason.machine}`}.`
    case 'machine-surplus': return `${reason.machine} is no longer in the plan.`
    case 'etcd-leader-on-primary': return `${reason.machine} is primary and leads etcd; etcd's lead moves to ${reason.target}, or the loss of ${reason.machine} would renew its own lock.`
    case 'database-settings-outdated': return `The database's shared settings are not those of the spec; ${reason.machine} gets the new ones.`
    case 'updating': return `Working on ${reason.machine}.`
    case 'unwell': return `${reason.machine} is not well: ${sentences(reason.problems)}.`
    case 'certificate-due': return `A certificate for ${list(reason.names)} is ordered: ${certificateDue(reason)}.`
    case 'certificate-awaits-entry': return 'A certificate is to be ordered, once the entry machine that holds the address has its manifest: an authority will ask there.'
    case 'certificate-backoff': return `No certificate could be got (${reason.failures === 1 ? 'once' : `${reason.failures} times`} in a row; ${reason.error}); the next attempt is at ${clock(reason.untilMs)}.`
    case 'certificate-outdated': return `${reason.machine} gets the certificate that users are to see.`
    case 'certificate-missing': return `${reason.machine} shows a certificate that browsers don't trust: ${reason.failures} attempts to get another one failed (${reason.error}).`
    case 'certificate-ending': return `The certificate for ${list(reason.names)} that ${reason.machine} shows ${reason.leftMs <= 0 ? 'has ended' : `ends in ${age(reason.leftMs)}`}${reason.brought ? ': bring a new one' : reason.lastError === null ? '' : `: it could not be renewed (${reason.lastError})`}.`
    case 'request-void': return `${reason.machine} is not a full member; there is nothing to replace.`
  }
}

const STEP_NAMES: Readonly<Record<Attempt['step'], string>> = { restart: 'restart', reboot: 'reboot', repair: 'repair', 'clean-up': 'clean-up', kill: 'crash', reinitialise: 'new copy' }

const certificateDue = ({ why, leftMs }: Extract<Reason, { code: 'certificate-due' }>): string => {
  switch (why) {
    case 'none': return 'there is none yet'
    case 'asked': return 'somebody asked for it'
    case 'authority': return 'the one that there is comes from another authority'
    case 'names': return 'the one that there is lacks names'
    case 'ending': return leftMs === null || leftMs <= 0 ? 'the one that there is has ended' : `the one that there is ends in ${age(leftMs)}`
  }
}

const refusedFailover = ({ because, standby }: Extract<Reason, { code: 'failover-refused' }>): string => {
  switch (because) {
    case 'asynchronous': return 'with database.durability fast no other machine is sure to have every acknowledged write'
    case 'no-standby': return 'no standby is listed as having every acknowledged write'
    case 'standby-stalled': return `the disk of ${standby} takes no writes either`
    case 'standby-unreachable': return `${standby}, which may still confirm its writes, can't be asked to fence it off`
  }
}

/** One problem, as said of its machine: `it`, without a full stop. */
export function describeProblem(problem: Problem): string {
  switch (problem.code) {
    case 'not-planned': return 'the plan has no such machine'
    case 'no-facts': return 'gives no facts'
    case 'manifest-failed': return `could not apply its manifest: ${problem.error}`
    case 'manifest-other': return `has manifest ${problem.has ?? 'none'} instead of ${problem.wants}`
    case 'unit-down': return `${problem.unit} is ${problem.state}`
    case 'next-unhealthy': return 'the next release does not answer its health check'
    case 'app-unhealthy': return 'the application does not answer its health check'
    case 'out-of-pool': return `is not in the pool of ${problem.entry}`
    case 'entry-unhealthy': return 'nginx does not serve'
    case 'no-database-leader': return 'the database has no leader'
    case 'database-no-facts': return 'the database gives no facts'
    case 'lock-without-primary': return `holds the lock, but is ${problem.role} (${problem.state})`
    case 'replica-not-streaming': return `the replica is ${problem.state}`
    case 'replica-unseen': return 'the primary does not see its replica stream'
    case 'no-synchronous-standby': return 'no replica is a synchronous standby yet'
    case 'engine-deaf': return 'the database takes no new connections'
    case 'disk-stalled': return 'the disk takes no writes'
    case 'no-etcd-member': return 'is no member of etcd'
    case 'etcd-learner': return 'is an etcd learner, not yet a voter'
    case 'etcd-unhealthy': return 'its etcd member is not healthy'
  }
}

const sentences = (problems: readonly Problem[]): string => problems.map(describeProblem).join('; ')
const describe = (problem: Problem, machine: string): string => `On ${machine} ${describeProblem(problem)}`
const after = (restarts: number, reboots: number): string =>
  ` after ${[`${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`, ...(reboots > 0 ? [`${reboots} ${reboots === 1 ? 'reboot' : 'reboots'}`] : [])].join(' and ')}`

/** A cause as a sentence that another one follows. */
const sentence = (cause: Reason): string => explain(cause)

const SHOWN_MAX = 3
const VERBS = { added: 'is new', changed: 'was changed', removed: 'is gone' } as const

function driftOf(items: readonly DriftItem[]): string {
  const shown = items.slice(0, SHOWN_MAX).map((item) => `${NOUNS[item.kind]} ${item.what} ${VERBS[item.change]}`)
  return [...shown, ...(items.length > SHOWN_MAX ? [`and ${items.length - SHOWN_MAX} more`] : [])].join(', ')
}

const NOUNS: Readonly<Record<DriftItem['kind'], string>> = {
  'managed-file': 'the managed file', etc: 'the file', package: 'the package', unit: 'the unit', port: 'the listening port', account: 'the account', 'authorized-key': 'the authorized key',
}

const clock = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, 16) + ' UTC'

function age(ms: number): string {
  const [days, hours, minutes] = [ms / 86_400_000, ms / 3_600_000, ms / 60_000]
  if (days >= 2) return `${Math.floor(days)} days`
  return hours >= 2 ? `${Math.floor(hours)} hours` : `${Math.max(0, Math.floor(minutes))} minutes`
}
