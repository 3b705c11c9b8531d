/** A TCP port that the firewall opens on a machine, and for whom. */
export interface Opening {
  readonly port: number
  /** Addresses of machines; or everybody. */
  readonly from: readonly string[] | 'anywhere'
  /** CIDRs of people and tools outside the stack. */
  readonly operators?: readonly string[]
  /** CIDRs of monitoring servers. */
  readonly monitoring?: readonly string[]
  /** Ends up as the rule's comment. */
  readonly what: string
}
