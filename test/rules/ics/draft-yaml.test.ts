import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { draftYaml } from '../../../rules/ics/draft-yaml.ts'
import { policySchema } from '../../../rules/policy/policy-schema.ts'
import { changedExample } from '../policy/changed-example.ts'

const NOTHING = { terms: [], closed: [], inset: [], changes: [], exams: [], leftOut: [] }

test('an entry is a line, and what was left out is a comment', () => {
  const draft = {
    ...NOTHING,
    closed: [{ name: 'Half term: autumn', from: '2026-10-26', to: '2026-10-30' }],
    inset: ['2026-11-27'],
    leftOut: [
      { date: '2027-06-25', summary: 'Sports day', why: 'nothing that a calendar has here' },
    ],
  }
  expect(draftYaml(draft, ['`x`: its start is no date'])).toBe(`calendar:
  closed:
    - { name: 'Half term: autumn', from: 2026-10-26, to: 2026-10-30 }
  inset:
    - 2026-11-27
# left out:
#   2027-06-25 Sports day: nothing that a calendar has here
# not understood:
#   \`x\`: its start is no date
`)
  expect(draftYaml(NOTHING, [])).toBe('')
})

test('a line separator in a name is no new line of the draft', () => {
  const name = 'Half term\u2028week two'
  const draft = { ...NOTHING, closed: [{ name, from: '2026-10-26', to: '2026-10-30' }] }
  expect(parse(draftYaml(draft, []))).toEqual({ calendar: { closed: draft.closed } })
})

const words = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => !/[\r\n]/.test(text))

test('whatever a file calls its days, the lines mean the same when they are in a policy', () => {
  fc.assert(
    fc.property(words, words, (name, paper) => {
      const span = { name, from: '2026-10-26', to: '2026-10-30' }
      const draft = {
        ...{ ...NOTHING, terms: [span], closed: [span], inset: ['2026-11-27'] },
        changes: [{ date: '2026-12-18', name, closes: '13:30' }],
        exams: [{ date: '2027-05-12', start: '09:00', end: '10:30', zone: 'exam_hall', paper }],
      }
      const read = parse(draftYaml(draft, [])) as { calendar: object; exams: object[] }
      expect(read).toEqual({
        calendar: { terms: [span], closed: [span], inset: ['2026-11-27'], changes: draft.changes },
        exams: draft.exams,
      })
      const { calendar, ...rest } = parse(changedExample({ exams: read.exams })) as {
        calendar: object
      }
      const whole = policySchema.safeParse({ ...rest, calendar: { ...calendar, ...read.calendar } })
      expect(whole.success).toBe(true)
    }),
    { numRuns: 100 },
  )
})
