/** Where an app machine keeps what it needs for what is done once before a release runs. */
export const TASK = 'regrow-migrate'
export const TASK_ENVIRONMENT = `/run/regrow/${TASK}.env`
