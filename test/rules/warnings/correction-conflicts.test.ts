import { expect, test } from 'vitest'
import { parsePolicy } from '../../../rules/policy/parse-policy.ts'
import { correctionConflicts } from '../../../rules/warnings/correction-conflicts.ts'
import { changedExample } from '../policy/changed-example.ts'

function conflictsOf(...corrections: readonly object[]): string[] {
  const text = changedExample({
    corrections: corrections.map((each) => ({ host: 'a.example', because: 'why', ...each })),
  })
  const parsed = parsePolicy(text, 'p.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return correctionConflicts(parsed.policy, parsed.document).map(
    ({ path, message, finding }) => `${path.join('.')} ${finding?.kind ?? ''}: ${message}`,
  )
}

test('a correction that was made before is told', () => {
  expect(conflictsOf({ remove: 'media.games' }, { remove: 'media.games' })).toEqual([
    'corrections.1 duplicate: `corrections.2` corrects `a.example` for nothing: `corrections.1` does already',
  ])
})

test('one that takes away what another adds is told, whichever comes first', () => {
  const against = 'one takes `media.games` away, one adds it, and it stays added'
  for (const pair of [
    [{ remove: 'media.games' }, { add: 'media.games' }],
    [{ add: 'media.games' }, { remove: 'media.games' }],
  ])
    expect(conflictsOf(...pair)).toEqual([
      `corrections.1 contradictory: \`corrections.2\` corrects \`a.example\` against \`corrections.1\`: ${against}`,
    ])
})

test('corrections of other hosts, or of other categories, stand beside each other', () => {
  expect(
    conflictsOf(
      { remove: 'media.games' },
      { add: 'media.press' },
      { host: '=a.example', add: 'media.games' },
      { host: 'b.example', add: 'media.games' },
    ),
  ).toEqual([])
})
