/** Every drill: losses of power in the order in which a request meets the machines, then what is less plain. */
import { answers500 } from '../../drills/app/answers-500.ts'
import { killed } from '../../drills/app/killed.ts'
import { leak } from '../../drills/app/leak.ts'
import { slow } from '../../drills/app/slow.ts'
import { ending } from '../../drills/certificate/ending.ts'
import { killedMidReplacement } from '../../drills/controller/killed-mid-replacement.ts'
import { bothWays } from '../../drills/cut/both-ways.ts'
import { entries } from '../../drills/cut/entries.ts'
import { entryFlap } from '../../drills/cut/entry-flap.ts'
import { fromController } from '../../drills/cut/from-controller.ts'
import { linkFlap } from '../../drills/cut/link-flap.ts'
import { oneWay } from '../../drills/cut/one-way.ts'
import { away } from '../../drills/database/away.ts'
import { diskHung } from '../../drills/database/disk-hung.ts'
import { postmasterHung } from '../../drills/database/postmaster-hung.ts'
import { postmasterKilled } from '../../drills/database/postmaster-killed.ts'
import { replicaBroken } from '../../drills/database/replica-broken.ts'
import { replicaDiverged } from '../../drills/database/replica-diverged.ts'
import { walGone } from '../../drills/database/wal-gone.ts'
import { primaryFromApps } from '../../drills/cut/primary-from-apps.ts'
import { primaryFromStandby } from '../../drills/cut/primary-from-standby.ts'
import { coreDumps } from '../../drills/disk/core-dumps.ts'
import { primary } from '../../drills/disk/primary.ts'
import { etcFile } from '../../drills/drift/etc-file.ts'
import { managedFile } from '../../drills/drift/managed-file.ts'
import { rogue } from '../../drills/connections/rogue.ts'
import { roguePort } from '../../drills/drift/rogue-port.ts'
import { frozenPrimary } from '../../drills/freeze/db-primary.ts'
import { keepalivedKilled } from '../../drills/entry/keepalived-killed.ts'
import { nginxHung } from '../../drills/entry/nginx-hung.ts'
import { nginxKilled } from '../../drills/entry/nginx-killed.ts'
import { nginxStopped } from '../../drills/entry/nginx-stopped.ts'
import { postStorm } from '../../drills/entry/post-storm.ts'
import { noQuorum } from '../../drills/etcd/no-quorum.ts'
import { primaryAlone } from '../../drills/etcd/primary-alone.ts'
import { machine } from '../../drills/freeze/machine.ts'
import { bad } from '../../drills/hint/bad.ts'
import { duplicate } from '../../drills/hint/duplicate.ts'
import { forged } from '../../drills/hint/forged.ts'
import { app } from '../../drills/power-off/app.ts'
import { control } from '../../drills/power-off/control.ts'
import { databasesPrimaryFirst } from '../../drills/power-off/databases-primary-first.ts'
import { databasesStaleFirst } from '../../drills/power-off/databases-stale-first.ts'
import { databasesStandbyFirst } from '../../drills/power-off/databases-standby-first.ts'
import { dbPrimary } from '../../drills/power-off/db-primary.ts'
import { dbStandby } from '../../drills/power-off/db-standby.ts'
import { entryActive } from '../../drills/power-off/entry-active.ts'
import { entryStandby } from '../../drills/power-off/entry-standby.ts'
import { twoMachines } from '../../drills/power-off/two-machines.ts'
import { wholeStack } from '../../drills/power-off/whole-stack.ts'
import { badImage } from '../../drills/release/bad-image.ts'
import { changeOver } from '../../drills/release/change-over.ts'
import { deploy } from '../../drills/release/deploy.ts'
import { migrationFails } from '../../drills/release/migration-fails.ts'
import { migrationHangs } from '../../drills/release/migration-hangs.ts'
import { registryAway } from '../../drills/release/registry-away.ts'
import { unhealthy } from '../../drills/release/unhealthy.ts'
import { burn } from '../../drills/reports/burn.ts'
import { noReplica } from '../../drills/reports/no-replica.ts'
import { planned } from '../../drills/switchover/planned.ts'
import { holder } from '../../drills/workers/holder.ts'
import { failsTwice } from '../../drills/terraform/fails-twice.ts'
import { UserError } from '../lib/errors.ts'
import type { Machine } from '../plan/types.ts'
import { fullName, type Drill, type Family, type Loss, type Scene } from './drill.ts'

/** One machine loses power: together they say what taking a machine away may cost. */
export const LOSSES: readonly Loss[] = [entryActive, entryStandby, app, dbPrimary, dbStandby, control]

export const DRILLS: readonly Drill[] = [
  ...LOSSES, twoMachines, wholeStack, databasesPrimaryFirst, databasesStandbyFirst, databasesStaleFirst,
  bothWays, oneWay, fromController, linkFlap, primaryFromStandby, primaryFromApps, entries, entryFlap,
  machine, frozenPrimary,
  nginxKilled, nginxHung, nginxStopped, keepalivedKilled, postStorm,
  killed, answers500, slow, leak, away,
  managedFile, etcFile, roguePort,
  bad, duplicate, forged,
  killedMidReplacement,
  failsTwice,
  planned,
  deploy, changeOver, unhealthy, migrationFails, migrationHangs, badImage, registryAway,
  burn, noReplica,
  noQuorum, primaryAlone,
  coreDumps, primary,
  rogue,
  holder,
  ending,
  // Those that have a replica copied anew befall different machines: nobody is copied anew twice, but replaced.
  walGone, postmasterKilled, postmasterHung, diskHung, replicaBroken, replicaDiverged,
]

export const FAMILIES: readonly Family[] = [...new Set(DRILLS.map((drill) => drill.family))]

export const drillsOf = (family: Family): readonly Drill[] => DRILLS.filter((drill) => drill.family === family)

export function findDrill(family: Family, name: string): Drill {
  const found = drillsOf(family).find((drill) => drill.name === name)
  if (found !== undefined) return found
  throw new UserError(`there is no drill ${fullName({ family, name })}`, { next: `regrow drill ${family} <${drillsOf(family).map((drill) => drill.name).join('|')}>` })
}

/** `power-off app`, or a family for all of it. */
export function findDrills(words: string): readonly Drill[] {
  const found = DRILLS.filter((drill) => words === fullName(drill) || words === drill.family)
  if (found.length > 0) return found
  throw new UserError(`there is no drill ${words}`, { next: 'regrow drill list' })
}

/** The machines that the drill is about; there must be one at least. */
export function chooseTargets(drill: Drill, scene: Scene): readonly Machine[] {
  const targets = drill.targets(scene)
  if (targets.length > 0) return targets
  throw new UserError(`no machine of this stack is what the drill ${fullName(drill)} is about`, { where: scene.plan.stack, next: 'regrow status' })
}
