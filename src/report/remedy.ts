/** What would have to change before a hold ends: by itself, or by a human's hand. */
import type { Reason } from '../decide/reason.ts'

/** Null: nothing has to; it is no refusal. */
export function remedyOf(reason: Reason): string | null {
  switch (reason.code) {
    case 'paused': return `wait for its end, or run: regrow resume${reason.scope === 'stack' ? '' : ` ${reason.machine}`}`
    case 'mode-observe': return 'set healing.mode to act, then run: regrow up'
    case 'storm': return 'enough of them must answer again; when they are really gone, run: regrow replace NAME --force, one by one'
    case 'replacement-in-flight': return `${reason.machine} must become a full member first; that happens by itself`
    case 'terraform-locked': return `${reason.holder} must answer and say that Terraform is not running, or be found dead`
    case 'failover-refused': return reason.because === 'standby-stalled' ? 'mend the storage that they share' : 'Patroni must fail over by itself: about 20 s after the primary was lost'
    case 'etcd-unavailable': return 'a majority of etcd members must be back: see docs/operate/etcd-no-quorum.md'
    case 'would-lose-etcd-quorum': return 'the other voters must be healthy first'
    case 'last-good-copy': return 'another machine must be a running primary first: see docs/operate/no-primary.md'
    case 'database-leader-unknown': return 'another machine must take the lock first; Patroni does that when a synchronous standby is there'
    case 'is-primary': return 'another machine must become primary first'
    case 'no-primary': return 'see docs/operate/no-primary.md'
    case 'already-primary': return 'regrow status'
    case 'not-an-heir': return 'regrow switchover   (without --to: whoever is fit)'
    case 'no-heir': return 'a synchronous standby must stream first'
    case 'last-of-role': return `another machine of role ${reason.role} must be healthy first, or run: regrow replace ${reason.machine} --force`
    case 'own-machine': case 'no-successor': return 'the controller of another candidate must run'
    case 'budget-spent': return `find out why it dies again and again, then run: regrow replace ${reason.machine} --force; or wait until the hour is over`
    case 'common-cause': return 'mend what they share (the release, the database, the network), then they become well by themselves'
    case 'seen-by-another': return 'mend the way between the controller and it; or it must fall silent to the others too'
    case 'no-second-observer': return 'another machine must answer, so that it can be asked'
    case 'confirming': return 'it must stay silent for the rest of healing.confirm'
    case 'migration-failed': return 'mend it, then run: regrow deploy'
    case 'rollout-stopped': return 'mend the release or the spec, then run: regrow up'
    case 'drift-everywhere': return 'undo it, or allow it in healing.driftIgnore and run: regrow up'
    case 'drift-reported': return `run: regrow replace ${reason.machine}; or allow it in healing.driftIgnore`
    case 'flapping': return 'look at the host and its link; to have it made anew elsewhere, run: regrow replace ' + reason.machine
    case 'work-failing': return `see docs/operate/workers.md; run: regrow logs ${reason.machine} regrow-${reason.workers[0] === undefined ? `job-${reason.jobs[0]}` : `worker-${reason.workers[0]}`}.service`
    case 'connections-scarce': return 'see docs/operate/too-many-connections.md'
    case 'cut-from-apps': return `mend the way between ${reason.apps.join(', ')} and ${reason.machine}; or a synchronous standby that all of them reach must stream`
    case 'disk-filling': case 'no-room': return 'see docs/operate/disk-full.md'
    case 'certificate-missing': case 'certificate-ending': case 'certificate-backoff': return 'see docs/operate/certificates.md; try again at once with: regrow certificates renew'
    default: return null
  }
}
