/** Pure: is a saved Terraform plan exactly what was decided, and nothing else? */

/** The part of `terraform show -json` that matters here (format 1.x). */
export interface TerraformPlan {
  readonly resource_changes?: readonly {
    readonly address: string
    readonly change: { readonly actions: readonly string[] }
    readonly action_reason?: string
  }[]
}

export interface AllowedChange {
  readonly address: string
  /** `create`: may only come into being. `replace`: also deleted and created anew. `delete`: may only go. */
  readonly change: 'create' | 'replace' | 'delete'
}

const PERMITTED: Readonly<Record<AllowedChange['change'], readonly string[]>> = {
  create: ['create'],
  // A resource that is missing from the state, as after an interrupted replacement, is simply created.
  replace: ['delete,create', 'create,delete', 'create'],
  delete: ['delete'],
}

/** What the plan would do beyond what is allowed, one phrase each; empty when it may be applied. */
export function forbiddenChanges(plan: TerraformPlan, allowed: readonly AllowedChange[]): readonly string[] {
  return (plan.resource_changes ?? []).flatMap(({ address, change }) => {
    const actions = change.actions.join(',')
    if (actions === 'no-op' || actions === 'read') return []
    const permit = allowed.find((one) => one.address === address)
    return permit !== undefined && PERMITTED[permit.change].includes(actions) ? [] : [`${actions} ${address}`]
  })
}

/** True when the plan changes anything. */
export const changesAnything = (plan: TerraformPlan): boolean =>
  (plan.resource_changes ?? []).some(({ change }) => !['no-op', 'read'].includes(change.actions.join(',')))
