import { describe, expect, test } from 'vitest'
import type { AppProcess } from './process-unit.ts'
import { renderProcessUnit } from './process-unit.ts'

const image: AppProcess = {
  name: 'regrow-app',
  description: 'The application',
  release: { kind: 'image', image: `registry.example:5000/acme/ledger@sha256:${'5e'.repeat(32)}`, digest: '5e'.repeat(32), ids: [], reference: 'registry.example:5000/acme/ledger:1.4', command: null },
  command: null,
  directory: '/srv/app/current',
  environmentFile: '/etc/regrow/app.env',
  environment: ['DATABASE_URL', 'SESSION_SECRET'],
  after: ['pgbouncer.service'],
}
const lines = (process: AppProcess): string[] => renderProcessUnit(process).split('\n').filter((line) => line !== '')

describe('an image', () => {
  test('runs under conmon alone, in the unit\'s own cgroup, with names of variables only', () => {
    expect(lines(image)).toEqual([
      '[Unit]', 'Description=The application', 'After=network-online.target pgbouncer.service', 'Wants=network-online.target', 'StartLimitIntervalSec=0',
      '[Service]', 'EnvironmentFile=/etc/regrow/app.env',
      `ExecStart=/usr/bin/podman --events-backend=none run --detach --sdnotify=conmon --rm --replace --name=regrow-app --pull=never --network=host --cgroups=disabled --log-driver=passthrough --ulimit=host --no-healthcheck --uidmap=0:200000:65536 --gidmap=0:200000:65536 --security-opt=no-new-privileges --env=DATABASE_URL --env=SESSION_SECRET registry.example:5000/acme/ledger:sha256-${'5e'.repeat(32)}`,
      'Type=notify', 'NotifyAccess=all', 'Restart=always', 'RestartSec=200ms', 'TimeoutStopSec=10s', 'LimitNOFILE=65536', 'MemoryMax=80%', 'OOMPolicy=kill',
      '[Install]', 'WantedBy=multi-user.target',
    ])
  })
  test('a command is a line for the shell that is in it', () => {
    const start = lines({ ...image, command: 'node server.mjs --title "100% $HOME"' }).find((line) => line.startsWith('ExecStart='))
    expect(start).toMatch(/"--entrypoint=\[\\"\/bin\/sh\\",\\"-c\\"\]" registry\S+ "node server\.mjs --title \\"100%% \$\$HOME\\""$/)
  })
  test('what ends by itself is waited for', () => {
    const unit = lines({ ...image, command: 'migrate', endsWithinMs: 5000 })
    expect(unit).toEqual(expect.arrayContaining(['Type=oneshot', 'TimeoutStartSec=5000ms']))
    expect(unit.join('\n')).not.toMatch(/--detach|Restart=|NotifyAccess/)
  })
})
