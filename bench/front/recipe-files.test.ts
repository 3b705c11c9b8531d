import { expect, test } from 'vitest'
import { acmePlan } from '../../test/fixtures/stack.ts'
import { keepalivedFile } from '../keepalived-file.ts'
import { entryAddress, nginxFile } from './recipe-files.ts'
import { USUAL_VRRP } from './recipes.ts'

const plan = acmePlan('standard')
const [first, second] = plan.machines.filter(({ roles }) => roles.includes('entry'))

test('nginx has its passive checks and its own time-outs', () => {
  const text = nginxFile(plan)
  const servers = plan.machines.filter(({ roles }) => roles.includes('app')).map(({ address }) => `        server ${address}:8080 max_fails=3 fail_timeout=30s;\n`).join('')
  expect(text).toContain(`    upstream app {\n${servers}    }`)
  expect(text).not.toMatch(/proxy_connect_timeout|proxy_next_upstream|limit_req|regrow\/nginx/)
})

test('keepalived adverts once a second, in the version of VRRP that is its default', () => {
  if (first === undefined || second === undefined) throw new Error('the fixture has two entry machines')
  const text = keepalivedFile(entryAddress(plan), second, USUAL_VRRP, 'eth0')
  expect(text).toContain('vrrp_version 2')
  expect(text).toContain(`    priority 199\n    advert_int 1\n    unicast_src_ip ${second.address}\n    unicast_peer {\n        ${first.address}\n    }`)
  expect(text).toContain('--max-time 2 http://127.0.0.1:80/.regrow/alive"\n    interval 2')
  expect(text).toContain(`${plan.entry.vip}/32 dev eth0`)
})
