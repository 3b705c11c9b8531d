/** Drops image layers that no lab uses and no `lab up` asked for in a day: each old list of packages is 800 MB. */
import { readdir, rm, stat, utimes } from 'node:fs/promises'
import { IMAGES_DIR } from './names.ts'
import { listLabs, listMachineIds, readLab, readMachine } from './state.ts'
import { agentLayer } from './image-agent.ts'
import { packagesLayer } from './image-packages.ts'

const UNUSED_MS = 24 * 3_600_000

/** A layer's own modification time says when it was last asked for. */
export const markUsed = (layer: string, now: Date): Promise<void> => utimes(layer, now, now)

export async function pruneImages(nowMs: number): Promise<string[]> {
  const inUse = await usedLayers()
  const dropped: string[] = []
  for (const entry of await readdir(IMAGES_DIR)) {
    const layer = `${IMAGES_DIR}/${entry}`
    if (!/^(packages|agent|monitoring|registry)-[0-9a-f]{12}$/.test(entry) || inUse.has(layer)) continue
    if (nowMs - (await stat(layer)).mtimeMs < UNUSED_MS) continue
    await rm(layer, { recursive: true, force: true })
    dropped.push(entry)
  }
  return dropped
}

async function usedLayers(): Promise<Set<string>> {
  const used = new Set<string>()
  for (const lab of await listLabs()) {
    const state = await readLab(lab)
    if (state !== undefined) used.add(packagesLayer(state.packagesHash)).add(agentLayer(state.agentHash))
    for (const id of await listMachineIds(lab)) for (const layer of (await readMachine(lab, id))?.layers ?? []) used.add(layer)
  }
  return used
}
