/** How a container registry is got into. */

export interface RegistryAccess {
  readonly credentials: { readonly user: string; readonly password: string } | null
  /** PEM, trusted beside the public authorities; null: those alone. */
  readonly ca: string | null
  /** Plain HTTP or any certificate will do. */
  readonly insecure: boolean
}
