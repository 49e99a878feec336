import { expect, test } from 'vitest'
import { answerTo, nextEdgeOf, questionOf, type Question } from '../../commands/explain-question.ts'
import { SchoolHistory } from '../../commands/school-history.ts'
import { schoolFolder } from '../support/school-folder.ts'

const TEN = '2026-11-24T10:00:00Z'

async function revision() {
  const school = schoolFolder()
  using history = SchoolHistory.open({ config: school.config(), directory: school.directory })
  const then = await history.at(Date.parse(TEN))
  if (typeof then === 'string') throw new Error(then)
  return then.revision
}

function question(asked: Record<string, string>): Question {
  const read = questionOf({ at: TEN, url: 'games.example', ...asked })
  if (typeof read === 'string') throw new Error(read)
  return read
}

test('the next edge is the first at which the answer or the windows change', async () => {
  const school = await revision()
  expect(nextEdgeOf(school, question({ ip: '127.10.20.7' }))).toMatchObject({
    at: Date.parse('2026-11-24T15:30:00Z'),
    then: { action: 'allow', windows: [], valid_until: '2026-11-25T08:30:00Z' },
  })
})

test('after the last term there is no edge any more', async () => {
  const asked = question({ ip: '127.10.20.7', at: '2030-01-01T00:00:00Z' })
  expect(nextEdgeOf(await revision(), asked)).toBeNull()
})

test('a question about what the school does not have gets a text and no edge', async () => {
  const school = await revision()
  const nobody = question({ device: 'fone' })
  expect(answerTo(school, nobody)).toBe('no device `fone`')
  expect(nextEdgeOf(school, nobody)).toBeNull()
  expect(answerTo(school, question({ ip: '127.10.20.7', zone: 'attic' }))).toBe(
    'no zone `attic` in the policy',
  )
})
