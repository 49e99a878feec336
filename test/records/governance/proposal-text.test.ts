import { expect, test } from 'vitest'
import type { JudgedEdit } from '../../../records/governance/judge-edit.ts'
import {
  directionOfAll,
  editCommand,
  proposalPut,
  proposalText,
  readProposal,
} from '../../../records/governance/proposal-text.ts'
import { sha256 } from '../../../records/ledger/chain.ts'
import { judgement, REASON, UNLOCK_PUPIL, UNLOCK_STAFF } from './sample-desk.ts'

const pupil: JudgedEdit = {
  ...UNLOCK_PUPIL,
  ...judgement('loosen', ['pupil']),
  before: null,
  approvers: 'dsl',
}
const staff: JudgedEdit = {
  ...UNLOCK_STAFF,
  ...judgement('tighten', ['staff']),
  before: null,
  approvers: null,
}

test('edits come back from their text as they were', () => {
  const text = proposalText([pupil, staff])
  expect(readProposal('x', (hash) => (hash === 'x' ? text : undefined))).toEqual([pupil, staff])
  expect(() => readProposal('y', () => undefined)).toThrow('the text `y` of a proposal is missing')
})

test('the text is the same whatever order the fields have', () => {
  const { kind, ...rest } = pupil
  expect(proposalText([{ ...rest, kind }])).toBe(proposalText([pupil]))
})

test('one loosening makes the whole loosening', () => {
  expect(directionOfAll([staff, pupil])).toBe('loosen')
  expect(directionOfAll([staff])).toBe('tighten')
  expect(directionOfAll([])).toBe('neutral')
})

test('a proposal is neutral itself and says what it would do', () => {
  const edits = [pupil, staff]
  const { id, command, text } = proposalPut({
    edits,
    approvers: 'dsl',
    basedOn: 7,
    reason: REASON,
    seq: 9,
  })
  expect(id).toBe(`9-${sha256(text).slice(0, 4)}`)
  expect(command).toMatchObject({
    objectId: id,
    direction: 'neutral',
    affectedRoles: ['pupil', 'staff'],
    after: {
      document: sha256(text),
      basedOn: 7,
      edits: 2,
      direction: 'loosen',
      loosensPupils: true,
    },
  })
})

test('the command of an edit names its author only where somebody else appends it', () => {
  const signed = { reason: REASON, approval: null }
  expect(editCommand(staff, signed)).not.toHaveProperty('author')
  const author = { actor: 'nm', actorRole: 'network_manager' }
  expect(editCommand(staff, { ...signed, author })).toMatchObject({ author, direction: 'tighten' })
})
