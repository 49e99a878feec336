import { join } from 'node:path'
import { expect, test } from 'vitest'
import { GateProcess } from './gate-process.ts'
import { run } from './run-program.ts'

const ROOT = join(import.meta.dirname, '..', '..')

test('a running gate counts which rules decide, and `rules hygiene` names those that never did', async () => {
  await using gate = await GateProcess.start({ clock: '2026-11-24T10:00:00Z' })
  const { host, port } = gate.dns
  const asked = ['+short', '-b', '127.10.20.7', '-p', String(port), `@${host}`, 'games.example']
  for (let count = 0; count < 3; count += 1) await run('dig', asked)
  await gate.stop()
  const { out } = await run(join(ROOT, 'schoolgate'), [
    ...['rules', 'hygiene', '--json', '--config', join(ROOT, 'examples', 'gate.yaml')],
    ...['--set', `records.directory=${gate.records}`],
  ])
  const { counted_since: since, rules } = JSON.parse(out) as {
    counted_since: string
    rules: { hits: number; last_hit: string | null }[]
  }
  expect(since).toBe('2026-11-24')
  const hit = rules.filter(({ hits }) => hits > 0)
  expect(hit).toMatchObject([{ hits: 3, last_hit: '2026-11-24' }])
  expect(rules.length).toBeGreaterThan(hit.length)
})
