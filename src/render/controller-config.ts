/** /etc/regrow/controller.json: what a controller needs before it can read the desired state. No secrets. */

export interface ControllerConfig {
  readonly stack: string
  readonly machine: string
  readonly address: string
  /** Control machines lead when they can; the others stand by. */
  readonly preferred: boolean
  /** Client URLs of the planned etcd voters, the machine's own first when it is one. */
  readonly etcdEndpoints: readonly string[]
}
