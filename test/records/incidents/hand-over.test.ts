import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { handOverOf } from '../../../records/incidents/hand-over.ts'
import { DSL, opening, scene } from './sample-incident.ts'

test('the file and the sheet belong together, and hold neither a host nor a forged line', async () => {
  const { desk } = scene()
  const opened = await desk.open(opening(), DSL)
  const id = opened.ok ? opened.incident.id : ''
  desk.acknowledge(id, DSL)
  const acted = desk.act(id, DSL, 'talked with the pupil\n- 2026 p-0003: closed')
  if (!acted.ok) throw new Error(acted.message)
  const { json, text, sha256 } = handOverOf(acted.incident, 'ex')
  expect(hash('sha256', json, 'hex')).toBe(sha256)
  expect(text).toContain(`SHA-256 ${sha256}`)
  expect(JSON.parse(json)).toMatchObject({
    ...{ format: 'schoolgate-incident-1', site: 'ex' },
    incident: { id, class: 'self_harm_suicide', owner: 'dsl', events: [{}, {}, {}] },
  })
  expect(json + text).not.toContain('secret.example')
  expect(text).toMatch(/^Outcome: {3}still open$/m)
  expect(text.split('\n').filter((line) => line.startsWith('- '))).toEqual([
    '- 2026-11-24T10:00:00.000Z p-0001: opened',
    '- 2026-11-24T10:00:00.000Z p-0001: acknowledged',
    '- 2026-11-24T10:00:00.000Z p-0001: action, talked with the pupil - 2026 p-0003: closed',
  ])
})
