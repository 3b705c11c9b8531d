/** Turns the running stack into another recipe and back. */
import { keepalivedFile } from '../keepalived-file.ts'
import { NETWORK_INTERFACE } from '../lab-site.ts'
import { startRegrow, stopRegrow } from '../regrow-units.ts'
import { entryAddress, nginxFile } from './recipe-files.ts'
import { USUAL_VRRP, type Recipe } from './recipes.ts'
import { FILES, type Site } from './site.ts'
import { untilWhole } from './whole.ts'

export async function enterRecipe(site: Site, recipe: Recipe): Promise<void> {
  if (recipe === 'regrow') await resumeRegrow(site)
  else await leaveToItself(site)
  await untilWhole(site, recipe)
}

async function leaveToItself(site: Site): Promise<void> {
  await stopRegrow(site)
  await Promise.all(site.entries.map(async (machine) => {
    await site.write(machine, FILES.nginx, nginxFile(site.plan))
    await site.write(machine, FILES.keepalived, keepalivedFile(entryAddress(site.plan), machine, USUAL_VRRP, NETWORK_INTERFACE))
    await site.shell(machine, 'nginx -t -q && systemctl restart nginx keepalived')
  }))
}

/** keepalived keeps its version of VRRP for as long as it runs. */
async function resumeRegrow(site: Site): Promise<void> {
  await startRegrow(site, site.entries.flatMap((machine) => [FILES.nginx, FILES.keepalived].map((path) => ({ machine, path }))))
  await Promise.all(site.entries.map((machine) => site.shell(machine, 'systemctl restart nginx keepalived')))
}
