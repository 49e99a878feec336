import { expect, test } from 'vitest'
import type { Edit } from '../../../records/governance/judge-edit.ts'
import {
  accepting,
  NO_CHOICE,
  refusing,
  rejecting,
  type ListChoice,
} from '../../../records/governance/list-choice.ts'
import { AT, POLICY, policyEdit, REASON, sampleDesk, waiting } from './sample-desk.ts'

const LISTS = `lists:
  - { id: games, url: "https://lists.example/games", category: media.games }
  - { id: ut1, url: "https://lists.example/ut1", format: ut1 }
`
const [A, B] = ['a'.repeat(64), 'b'.repeat(64)]

async function desk() {
  const made = sampleDesk()
  const text = POLICY.replace(/^lists:\n/m, LISTS)
  const basedOn = made.view.current().headSeq
  const change = { basedOn, reason: REASON, edits: [policyEdit(text)], documents: [text] }
  expect(await made.desk.submit(change, 'nm', AT)).toMatchObject({ kind: 'applied' })
  const put = (list: string, choice: ListChoice): Edit => {
    return { kind: 'list.put', objectId: list, after: { ...choice } }
  }
  return { ...made, put, choiceOf: (list: string) => made.view.current().listChoices.get(list) }
}

test('letting in a copy that closes more is in force at once', async () => {
  const { submit, put, choiceOf } = await desk()
  const yes = accepting(NO_CHOICE, A, false)
  expect(await submit([put('ut1', yes)], 'nm')).toMatchObject({ kind: 'applied' })
  expect(choiceOf('ut1')).toEqual(yes)
  expect(await submit([put('ut1', refusing(yes, B))], 'nm')).toMatchObject({ kind: 'applied' })
})

test.each<[what: string, after: ListChoice]>([
  ['going back', rejecting(NO_CHOICE, A)],
  ['letting in a much smaller copy', accepting(NO_CHOICE, A, true)],
])(
  '%s is at once for ordinary categories, and waits for the lead where LOCKED ones may be',
  async (_what, after) => {
    const { submit, put, choiceOf, desk: changes } = await desk()
    expect(await submit([put('games', after)], 'nm')).toMatchObject({ kind: 'applied' })
    const proposal = await waiting(submit([put('ut1', after)], 'nm'))
    expect(choiceOf('ut1')).toBeUndefined()
    expect(await changes.approve(proposal, 'dsl', REASON, AT)).toMatchObject({ kind: 'applied' })
    expect(choiceOf('ut1')).toEqual(after)
  },
)

test('taking back a yes opens what it had closed', async () => {
  const { submit, put } = await desk()
  await submit([put('ut1', accepting(NO_CHOICE, A, false))], 'nm')
  await waiting(submit([put('ut1', NO_CHOICE)], 'nm'))
})

test('a list that the policy does not fetch has no copies, and a teacher decides on none', async () => {
  const { submit, put } = await desk()
  for (const id of ['starter', 'nothing'])
    expect(await submit([put(id, rejecting(NO_CHOICE, A))], 'nm')).toMatchObject({
      kind: 'refused',
    })
  expect(await submit([put('games', accepting(NO_CHOICE, A, false))], 'teacher')).toMatchObject({
    kind: 'refused',
  })
})

test('a copy that is let in again is no longer kept out, and only the last twenty are', () => {
  expect(accepting(rejecting(NO_CHOICE, A), A, false).rejected).toEqual([])
  const many = Array.from({ length: 25 }, (_, i) => i.toString(16).padStart(64, '0'))
  expect(many.reduce(rejecting, NO_CHOICE).rejected).toEqual(many.slice(-20))
})
