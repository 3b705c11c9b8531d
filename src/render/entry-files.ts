/** Words to keepalived about the entry address: files that it follows as they change. 0: this machine may hold it, 1: it may not. */

/** Does nginx serve? Written by the agent and by nginx's unit. */
export const NGINX_VERDICT = '/run/regrow-entry-nginx'
/** Does something else forbid it: a link that has just come back, or the controller? Written by the agent. */
export const STAND_VERDICT = '/run/regrow-entry-stand'
