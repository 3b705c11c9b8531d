/** The lab's HTTP API (lab/api.ts) over its machines and faults. */
import { timingSafeEqual } from 'node:crypto'
import { constants } from 'node:os'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as z from 'zod'
import type { CreateMachine, Fault, LabInfo } from './api.ts'
import type { Faults } from './faults.ts'
import type { Machines } from './machines.ts'
import { MACHINE_NAME } from './names.ts'
import { Refusal } from './refusal.ts'

const USER_DATA_MAX_BYTES = 16 * 1024

const machineName = z.string().regex(MACHINE_NAME, 'a name has 1 to 40 of a-z, 0-9 and -, and starts and ends with a letter or digit')

const createMachine: z.ZodType<CreateMachine> = z.strictObject({
  name: machineName,
  address: z.string(),
  userData: z.string().refine((text) => Buffer.byteLength(text) <= USER_DATA_MAX_BYTES, `user-data has at most ${USER_DATA_MAX_BYTES} bytes`),
  cpus: z.number().min(0.05).max(128),
  memoryMb: z.int().min(64).max(1_048_576),
  diskGb: z.int().min(1).max(16_384),
  labels: z.record(z.string(), z.string()).optional(),
  image: z.literal('registry').optional(),
}) as z.ZodType<CreateMachine>

const fault: z.ZodType<Fault> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cut'), machine: machineName, direction: z.enum(['in', 'out']).optional() }),
  z.strictObject({ kind: z.literal('flap'), machine: machineName, times: z.int().min(1).max(1000), downMs: z.int().min(10).max(600_000), upMs: z.int().min(10).max(600_000) }),
  z.strictObject({ kind: z.literal('cut-pair'), machine: machineName, peer: machineName, direction: z.enum(['both', 'to']) }),
  z.strictObject({ kind: z.literal('loss'), machine: machineName, percent: z.number().min(0).max(100) }),
  z.strictObject({ kind: z.literal('fill-disk'), machine: machineName, percent: z.number().min(0).max(100) }),
  z.strictObject({ kind: z.literal('hang-disk'), machine: machineName }),
  z.strictObject({ kind: z.literal('kill'), machine: machineName, process: z.string().min(1), signal: z.string().refine((name) => name in constants.signals, 'a signal is written like SIGKILL') }),
])

const power = z.strictObject({ action: z.enum(['off', 'on', 'reboot', 'freeze', 'thaw']) })
const execRequest = z.strictObject({ argv: z.array(z.string()).min(1), timeoutMs: z.int().min(1).max(600_000).default(60_000) })

export interface LabServer {
  readonly info: LabInfo
  readonly token: string
  readonly machines: Machines
  readonly faults: Faults
  readonly log: (line: string) => void
}

/** The routes, as a function from request to response: the daemon binds it to its sockets. */
export function createServer({ info, token, machines, faults, log }: LabServer): Hono {
  const app = new Hono()
  app.use(bodyLimit({ maxSize: 256 * 1024 }))
  app.use(async (context, next) => {
    if (!sameToken(context.req.header('authorization') ?? '', `Bearer ${token}`)) return context.json({ error: 'this lab wants its token: Authorization: Bearer …' }, 401)
    return next()
  })
  app.onError((error, context) => {
    if (error instanceof Refusal) return context.json({ error: error.message }, error.status)
    log(`${context.req.method} ${context.req.path}: ${error.stack ?? error.message} ${'stderr' in error ? String(error.stderr) : ''}`)
    return context.json({ error: error.message }, 500)
  })

  app.get('/v1/lab', (context) => context.json(info))
  app.get('/v1/machines', async (context) => context.json(await machines.list()))
  app.post('/v1/machines', async (context) => {
    const { created, machine } = await machines.create(parse(createMachine, await readBody(context.req)))
    return context.json(machine, created ? 201 : 200)
  })
  app.get('/v1/machines/:name', async (context) => context.json(await machines.get(context.req.param('name'))))
  app.delete('/v1/machines/:name', async (context) => {
    await machines.remove(context.req.param('name'))
    return context.body(null, 204)
  })
  app.post('/v1/machines/:name/power', async (context) => {
    const { action } = parse(power, await readBody(context.req))
    return context.json(await machines.power(context.req.param('name'), action))
  })
  app.post('/v1/machines/:name/exec', async (context) => {
    const { argv, timeoutMs } = parse(execRequest, await readBody(context.req))
    return context.json(await machines.exec(context.req.param('name'), argv, timeoutMs))
  })
  app.get('/v1/machines/:name/console', async (context) => {
    const lines = parse(z.coerce.number().int().min(1).max(100_000).default(200), context.req.query('lines'))
    return context.text(await machines.console(context.req.param('name'), lines))
  })
  app.get('/v1/faults', (context) => context.json(faults.list()))
  app.post('/v1/faults', async (context) => context.json({ id: await faults.add(parse(fault, await readBody(context.req))) }, 201))
  app.delete('/v1/faults/:id', async (context) => {
    await faults.heal(({ id }) => id === context.req.param('id'))
    return context.body(null, 204)
  })
  app.delete('/v1/faults', async (context) => {
    await faults.heal(() => true)
    return context.body(null, 204)
  })
  return app
}

function sameToken(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)]
  return one.length === other.length && timingSafeEqual(one, other)
}

async function readBody(request: { json: () => Promise<unknown> }): Promise<unknown> {
  try {
    return await request.json()
  } catch {
    throw new Refusal(400, 'the body is not JSON')
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new Refusal(400, result.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; '))
}
