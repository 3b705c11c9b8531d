/** The stack under test: five machines, small enough for two cores. */
import { join } from 'node:path'

/**
 * A dead machine is made anew while it is still being watched. The budget of replacements is meant for accidents, and what one address may ask for
 * is meant for many of them: not for a bench.
 */
export const specText = (root: string): string => `stack: bench-front
provider: lab
network: 10.125.0.0/24
operators: [10.125.0.0/24]
machines:
  entry-1: { roles: [entry], address: 10.125.0.41 }
  entry-2: { roles: [entry], address: 10.125.0.42 }
  app-1:   { roles: [app], address: 10.125.0.51 }
  app-2:   { roles: [app], address: 10.125.0.52 }
  core-1:  { roles: [database, control], address: 10.125.0.11 }
entry:    { vip: 10.125.0.10, domain: bench.example, limits: { connections: 10000, rate: 1000000, burst: 1000000 } }
app:      { release: ${join(root, 'examples', 'ledger')}, env: [SESSION_SECRET] }
# Without a replica: reports that fail, and are asked for again and again, would take time from what is measured.
database: { vip: 10.125.0.20, reportsVip: 10.125.0.21, reports: { fallback: primary } }
healing:  { confirm: 5s, replacementsPerHour: 60 }
environments:
  # What is behind the application is not in question here.
  lab: { allowSinglePoints: true }
`
