/** Terraform (or OpenTofu) itself on what we render for the lab, with a server that notes what the provisioners ask of its API. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../../src/lib/exec.ts'
import { BIRTHS_VARIABLE } from '../../src/providers/provider.ts'
import { lab, LAB_TOKEN_VARIABLE, LAB_URL_VARIABLE } from '../../src/providers/lab/terraform.ts'
import { applyTerraform, findTerraform, type TerraformRun } from '../../src/provision/terraform.ts'
import { renderTerraform } from '../../src/render/terraform.ts'
import { renderUserData } from '../../src/render/user-data.ts'
import { acmePlan, LAYOUTS } from '../fixtures/stack.ts'

const program = await findTerraform()
const TOKEN = 'token-5e5e5e5e'
const JOIN_TOKEN = 'join-token-c0c0c0'

describe.skipIf(program === undefined)(`terraform${program === undefined ? ' (skipped: neither terraform nor tofu is installed)' : ''}`, () => {
  const plan = acmePlan('compact')
  let directory: string
  let server: Server
  let requests: { method: string; url: string; token: string; body: string }[]
  let status: number

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'regrow-terraform-'))
    requests = []
    status = 201
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => { body += String(chunk) })
      request.on('end', () => {
        requests.push({ method: request.method ?? '', url: request.url ?? '', token: request.headers.authorization ?? '', body })
        response.writeHead(status).end()
      })
    })
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  })
  afterEach(() => {
    server.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const terraformRun = (): TerraformRun => ({
    directory: join(directory, 'terraform'),
    program: program ?? '',
    configuration: renderTerraform(plan, 'local'),
    env: {
      [LAB_URL_VARIABLE]: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      [LAB_TOKEN_VARIABLE]: TOKEN,
      [BIRTHS_VARIABLE]: directory,
      // The lab is next door: a proxy that the operator has set must not get to see it.
      http_proxy: 'http://127.0.0.1:1',
    },
  })

  function writeBirth(name: string): void {
    const machine = plan.machines.find((each) => each.name === name)
    if (machine === undefined) throw new Error(`no machine ${name}`)
    const userData = renderUserData({ machine: name, stack: 'acme', joinToken: JOIN_TOKEN, rootFingerprint: 'ca'.repeat(32) })
    writeFileSync(join(directory, `${name}.json`), JSON.stringify(lab.birthDocument(machine, userData)))
  }
  const seen = (): string[] => requests.map(({ method, url }) => `${method} ${url}`)

  test.each(LAYOUTS)('validates the %s layout, with either backend', async (layout) => {
    for (const backend of ['local', 'http'] as const) {
      writeFileSync(join(directory, 'main.tf.json'), JSON.stringify(renderTerraform(acmePlan(layout), backend)))
      const options = { cwd: directory, env: { CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null' }, timeoutMs: 60_000 }
      await run(program ?? '', ['init', '-backend=false', '-no-color'], options)
      expect(await run(program ?? '', ['validate', '-no-color'], options)).toContain('Success!')
    }
  })

  test('makes one machine, makes it anew, and keeps neither token in what it writes', async () => {
    writeBirth('node-1')
    const address = lab.resourceAddress('node-1')
    await applyTerraform(terraformRun(), [{ address, change: 'create' }])
    expect(seen()).toEqual(['POST /v1/machines'])
    expect(requests[0]?.token).toBe(`Bearer ${TOKEN}`)
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ name: 'node-1', address: '10.77.0.61', userData: expect.stringContaining(JOIN_TOKEN) })

    status = 404
    const replace = applyTerraform(terraformRun(), [{ address, change: 'replace' }])
    // Gone already is as good as deleted; but a machine that can't be made is an error.
    await expect(replace).rejects.toThrow('exited with 1')
    expect(seen().slice(1)).toEqual(['DELETE /v1/machines/node-1', 'POST /v1/machines'])

    for (const name of readdirSync(join(directory, 'terraform'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
      const text = readFileSync(join(name.parentPath, name.name), 'latin1')
      expect(text, name.name).not.toContain(TOKEN)
      expect(text, name.name).not.toContain(JOIN_TOKEN)
    }
  })

  test('asks nothing of the lab without a token', async () => {
    writeBirth('node-1')
    const without = terraformRun()
    const env = Object.fromEntries(Object.entries(without.env).filter(([name]) => name !== LAB_TOKEN_VARIABLE))
    await expect(applyTerraform({ ...without, env }, [{ address: lab.resourceAddress('node-1'), change: 'create' }])).rejects.toThrow('exited with 1')
    expect(seen()).toEqual([])
  })
})
