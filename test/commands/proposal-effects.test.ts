import { expect, test } from 'vitest'
import { effectsOf } from '../../commands/proposal-effects.ts'
import type { Edit } from '../../records/governance/judge-edit.ts'
import { device, judgement, POLICY, sampleDesk } from '../records/governance/sample-desk.ts'

const LOOSE = POLICY.replace(
  'sites:\n',
  'sites:\n  - allow: [media-games.cat.test]\n    because: A games lesson.\n',
)

/** What the edit does to the founded school; `loose` and `torn` are the hashes of two texts. */
function effects(edit: Edit): readonly string[] {
  const texts: Readonly<Record<string, string>> = { loose: LOOSE, torn: 'school: [', same: POLICY }
  const judged = { ...edit, ...judgement('loosen', ['pupil']), before: null, approvers: null }
  return effectsOf(judged, sampleDesk().view.current(), (hash) => texts[hash])
}

function policy(document: string): Edit {
  return { kind: 'policy.put', objectId: 'policy', after: { document, name: 'policy.yaml' } }
}

test('a policy that opens a site says for whom, and from what to what', () => {
  const sentences = effects(policy('loose'))
  expect(sentences.length).toBeGreaterThan(0)
  expect(sentences.join('\n')).toMatch(
    /^loosens: pupils.*: `media-games\.cat\.test`.* becomes .*allow/m,
  )
  expect(sentences.join('\n')).not.toMatch(/^tightens/m)
})

test('the policy that is in force has no effects, and one that nobody can read is said', () => {
  expect(effects(policy('same'))).toEqual([])
  expect(effects(policy('torn'))).toEqual(['this version cannot read the policy'])
})

test('a device that comes back loosens, one that goes tightens', () => {
  const lost = { ...device('pupil-phone', 'pupil', 'lost') }
  const approved = { ...device('new-phone', 'pupil', 'approved') }
  expect(effects({ kind: 'device.put', objectId: 'new-phone', after: approved })[0]).toMatch(
    /^loosens: pupils/,
  )
  expect(effects({ kind: 'device.put', objectId: 'pupil-phone', after: lost })).not.toContain(
    expect.stringMatching(/^loosens/),
  )
})

test('an appointment has no effects on devices', () => {
  expect(effects({ kind: 'role.remove', objectId: 'nm', after: null })).toEqual([])
})
