/** The script that Patroni runs right before it stops PostgreSQL: in a planned switchover it waits until clients wait. */
import { textFile } from '../../render/part.ts'
import type { ManifestFile } from '../../render/manifest.ts'
import { SOCKET_DIR } from './names.ts'

export const BEFORE_STOP_SCRIPT = '/etc/regrow/before-stop.sh'
/** The agent leaves it when a switchover begins and takes it away when PostgreSQL may stop. */
export const SWITCHOVER_MARK = `${SOCKET_DIR}/regrow-switchover`
/** The script leaves it when PostgreSQL is about to stop. */
export const STOPPING_MARK = `${SOCKET_DIR}/regrow-stopping`

/** Hundredths of a second: whatever becomes of the agent, PostgreSQL stops then. */
const WAITS_MAX = 400

/**
 * Patroni asks the standby twice, and writes a checkpoint, between the order to switch over and the moment in which PostgreSQL is
 * stopped; clients need not wait for that.
 */
export const beforeStopFile = (): ManifestFile => textFile(BEFORE_STOP_SCRIPT, `#!/bin/sh
# Does nothing unless a switchover of Regrow's is under way.
[ -f ${SWITCHOVER_MARK} ] || exit 0
: >${STOPPING_MARK}
waits=0
while [ -f ${SWITCHOVER_MARK} ] && [ "$waits" -lt ${WAITS_MAX} ]; do
  sleep 0.01
  waits=$((waits + 1))
done
rm -f ${SWITCHOVER_MARK} ${STOPPING_MARK}
`, { mode: '0755' })
