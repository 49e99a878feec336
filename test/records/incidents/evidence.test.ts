import { expect, test } from 'vitest'
import { changedEvidence, evidenceOf } from '../../../records/incidents/evidence.ts'

const ROWS = [
  { id: 'b', seq: 2, host: 'two.example', url_path: null },
  { id: 'a', seq: 1, host: 'one.example', url_path: '/x' },
]

test('the same rows give the same manifest in any order, other rows another', () => {
  const manifest = evidenceOf(ROWS)
  expect(manifest.entries.map(({ id }) => id)).toEqual(['a', 'b'])
  expect(evidenceOf(ROWS.toReversed())).toEqual(manifest)
  const edited = ROWS.map((row) => ({ ...row, host: `${row.host}.uk` }))
  expect(evidenceOf(edited).manifestHash).not.toBe(manifest.manifestHash)
  expect(JSON.stringify(manifest)).not.toContain('example')
})

test('what was edited or purged is named', () => {
  const manifest = evidenceOf(ROWS)
  expect(changedEvidence(manifest, ROWS)).toEqual([])
  expect(changedEvidence(manifest, [{ id: 'b', seq: 2, host: 'x', url_path: null }])).toEqual([
    'a',
    'b',
  ])
  expect(changedEvidence(manifest, ROWS.slice(1))).toEqual(['b'])
})
