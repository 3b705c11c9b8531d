import { describe, expect, test } from 'vitest'
import type { ManifestUnit } from '../../render/manifest.ts'
import { unitCommands, type UnitSituation } from './unit-commands.ts'

const up: UnitSituation = { state: 'active', enabled: true, masked: false }
const down: UnitSituation = { state: 'inactive', enabled: false, masked: false }
const unit = (name: string, on = true): ManifestUnit => ({ name, enabled: on, running: on })

describe('unitCommands', () => {
  test.each<[string, ManifestUnit[], [string, UnitSituation][], [string, 'reload' | 'restart'][], boolean, string[][]]>([
    ['a first application enables, reloads once and starts', [unit('a'), unit('b')], [['a', down], ['b', down]], [['a', 'restart']], true, [
      ['enable', '--quiet', '--no-reload', 'a', 'b'], ['daemon-reload'], ['start', '--no-block', 'a', 'b'],
    ]],
    ['nothing to do', [unit('a')], [['a', up]], [], false, []],
    ['what runs and changed is reloaded or restarted', [unit('a'), unit('b')], [['a', up], ['b', up]], [['a', 'reload'], ['b', 'restart']], false, [
      ['restart', '--no-block', 'b'], ['reload-or-restart', '--no-block', 'a'],
    ]],
    ['a failed unit is started, not restarted', [unit('a')], [['a', { ...up, state: 'failed' }]], [['a', 'restart']], false, [['start', '--no-block', 'a']]],
    ['a masked unit is unmasked, enabled and started', [unit('a')], [['a', { ...down, masked: true }]], [], false, [
      ['unmask', '--quiet', '--no-reload', 'a'], ['enable', '--quiet', '--no-reload', 'a'], ['daemon-reload'], ['start', '--no-block', 'a'],
    ]],
    ['an unwanted unit is disabled and stopped, and not restarted', [unit('a', false)], [['a', up]], [['a', 'restart']], false, [
      ['disable', '--quiet', '--no-reload', 'a'], ['daemon-reload'], ['stop', '--no-block', 'a'],
    ]],
  ])('%s', (_name, wanted, current, changed, unitFilesChanged, commands) => {
    expect(unitCommands(wanted, new Map(current), new Map(changed), unitFilesChanged)).toEqual(commands)
  })
})
