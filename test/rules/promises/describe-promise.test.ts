import { expect, test } from 'vitest'
import { describeResult } from '../../../rules/promises/describe-promise.ts'
import { keepPromises } from '../../../rules/promises/keep-promises.ts'
import { buildExampleEngine, readExampleDevices } from '../../examples/example-engine.ts'
import { policyOf, promising } from './promise-scene.ts'

function said(yaml: string): string {
  const policy = policyOf(promising(`  - { id: x, says: Words., url: bbc.co.uk, ${yaml} }\n`))
  const devices = [...readExampleDevices().values()]
  const [result] = keepPromises({ policy, engine: buildExampleEngine(policy), devices })
  return result === undefined ? '' : describeResult(result)
}

const AT = "zone: classroom, at: '2026-11-24T10:00:00Z'"

const SAID: readonly [yaml: string, sentence: string][] = [
  [`who: { device: staff-phone }, ${AT}, expect: block`, 'promise `x` is kept in 1 cases'],
  [
    `who: { device: staff-phone }, ${AT}, expect: allow`,
    'promise `x` is broken (Words.): a personal phone of staff in classroom at 2026-11-24T09:55:00Z gets block ' +
      '(reception_hours) for bbc.co.uk, by staff-reception-hours: Personal devices are not used during reception ' +
      'hours (08:30 to 15:30) outside the staffroom, the SLT offices and the staff car park.',
  ],
  [
    `who: { registered: false }, ${AT}, expect: allow`,
    'promise `x` is broken (Words.): a device that nobody has registered in classroom at 2026-11-24T09:55:00Z gets ' +
      'block (unregistered) for bbc.co.uk, by profiles.portal.only: ',
  ],
  [
    `who: { role: pupil, phase: secondary, year: 9, ownership: school, type: laptop, state: lost, aup: missing, posture: stale, grant: medical, voucher: active, exam_candidate: true }, ${AT}, expect: allow`,
    'promise `x` is broken (Words.): a school laptop of pupil (secondary, year 9) that is lost without an agreement ' +
      'with security state stale with a medical grant with a voucher of an exam candidate in classroom',
  ],
  [
    'who: { device: fone }, expect: block',
    'promise `x` says nothing (Words.): no device `fone` is registered',
  ],
]

test.each(SAID)('%s', (yaml, sentence) => {
  expect(said(yaml).slice(0, sentence.length)).toBe(sentence)
})

test('a promise that speaks of no moment says so', () => {
  const moments = "at: '2030-01-01T00:00:00Z', during: lesson"
  expect(said(`${moments}, expect: block`)).toBe(
    'promise `x` says nothing (Words.): nobody, nowhere or never',
  )
})
