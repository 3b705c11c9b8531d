/** The stack under test: four machines, small enough for two cores. */
import { join } from 'node:path'

/** Regrow's own budget of replacements is meant for accidents, not for a bench that makes one every few minutes. */
export const specText = (root: string): string => `stack: bench-failover
provider: lab
network: 10.114.0.0/24
operators: [10.114.0.0/24]
machines:
  web-1:     { roles: [entry, app], address: 10.114.0.41 }
  db-1:      { roles: [database], address: 10.114.0.61 }
  db-2:      { roles: [database], address: 10.114.0.62 }
  control-1: { roles: [control], address: 10.114.0.11 }
entry:    { vip: 10.114.0.10, domain: bench.example }
app:      { release: ${join(root, 'examples', 'ledger')}, env: [SESSION_SECRET] }
database: { vip: 10.114.0.20, reportsVip: 10.114.0.21, durability: zero-loss }
healing:  { replacementsPerHour: 60 }
environments:
  # One machine with the pooler is enough for this question.
  lab: { allowSinglePoints: true }
`
