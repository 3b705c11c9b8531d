/** What is compared: two ways to run the same nginx, keepalived and application. */
import type { VrrpSettings } from '../keepalived-file.ts'

export const RECIPES = ['usual', 'regrow'] as const
export type Recipe = (typeof RECIPES)[number]

export const RECIPE_NAMES: Readonly<Record<Recipe, string>> = { usual: '(a) usual recipe', regrow: '(b) Regrow' }

/** keepalived's own default. */
export const USUAL_VRRP: VrrpSettings = { version: 2, advertS: 1, checkS: 2 }
