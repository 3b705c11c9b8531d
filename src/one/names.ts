/** Names that whoever renders units, runs them and looks at them agree on. */

export const ONE_UNIT = 'regrow-one.service'
/** Started while the lease is held. */
export const ONE_TARGET = 'regrow-one.target'
export const ONE_CONFIG = '/etc/regrow/one.json'
/** Removed by systemd when the unit ends, however it ends. */
export const ONE_DIRECTORY = 'regrow-one'
export const TERM_FILE = `/run/${ONE_DIRECTORY}/term.env`
/** Kills at once what is left, when the holder ended late. */
export const LATE_UNIT = 'regrow-one-late.service'
/** The time of the kernel, in whole seconds, after which a holder that ends may have been frozen. It outlives the holder. */
export const LATE_FILE = '/run/regrow-one-late-after'
/** The fencing token, in the environment of what runs once. */
export const TERM_VARIABLE = 'REGROW_ONE_TERM'

export const workerUnit = (name: string): string => `regrow-worker-${name}.service`
export const jobUnit = (name: string): string => `regrow-job-${name}.service`
export const jobTimer = (name: string): string => `regrow-job-${name}.timer`
