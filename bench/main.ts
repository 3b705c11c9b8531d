/** `npm run bench:controller`: the real controller and a real etcd, with as many simulated agents as asked for. */
import { cpus, totalmem } from 'node:os'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { packagesLayer } from '../lab/image-packages.ts'
import { packagesHash } from '../lab/image-recipe.ts'
import { run } from '../src/lib/exec.ts'
import { runFleet } from './fleet.ts'
import { quantile } from './quantile.ts'
import { runController, type RunFigures, type RunOptions } from './run.ts'
import { openSite } from './site.ts'
import { tableOf, type SizeFigures } from './table.ts'

async function measure(agents: number, runs: number, image: string, controller: string, options: RunOptions, profiles?: string): Promise<SizeFigures> {
  const base = mkdtempSync('/var/tmp/regrow-bench-')
  const site = await openSite(image, base, agents, profiles)
  try {
    site.room.write('/usr/lib/regrow/controller.js', controller)
    site.room.write('/usr/lib/regrow/package.json', '{"type":"module"}\n')
    const figures: RunFigures[] = []
    for (let round = 0; round < runs; round++) {
      const one = await runController(site, options)
      figures.push(one)
      process.stderr.write(`${agents} agents, run ${round + 1}: ${quantile(one.rssMb, 0.5).toFixed(1)} MB, ${one.processorPercent.toFixed(1)} % of a core, ${one.polls.perMachine.toFixed(2)} polls/s each\n`)
    }
    return { agents, runs: figures }
  } finally {
    await site.close()
    await run('umount', ['--lazy', '--recursive', base])
    rmSync(base, { recursive: true, force: true })
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: {
    agents: { type: 'string', default: '10,100,1000' },
    runs: { type: 'string', default: '3' },
    settle: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '15' },
    controller: { type: 'string', default: new URL('controller.js', import.meta.url).pathname },
    'node-options': { type: 'string', default: '' },
    profiles: { type: 'string' },
    json: { type: 'string' },
  } })
  await run('ip', ['link', 'set', 'lo', 'up'])
  const image = packagesLayer(packagesHash())
  const options: RunOptions = { settleS: Number(values.settle), measureS: Number(values.seconds), nodeOptions: values['node-options'].split(' ').filter((option) => option !== '') }
  const sizes: SizeFigures[] = []
  for (const agents of values.agents.split(',').map(Number)) sizes.push(await measure(agents, Number(values.runs), image, readFileSync(values.controller, 'utf8'), options, values.profiles))
  const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30), date: new Date().toISOString().slice(0, 10) }
  process.stdout.write(tableOf(sizes))
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine, sizes }, null, 2)}\n`)
}

if (process.argv[2] === 'fleet') runFleet()
else {
  try {
    await main()
  } catch (error) {
    process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
