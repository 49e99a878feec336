import { expect, test } from 'vitest'
import { PlacedTargets } from '../../../proxy/dns/placed-targets.ts'
import { packAnswer } from '../../../proxy/dns/wire/packed-answer.ts'
import { emptyQuestion, readQuestion } from '../../../proxy/dns/wire/question.ts'
import { expectAllocatesAtMost } from '../../support/allocations.ts'
import { a, cname, queryFor, responseTo } from '../../support/dns-packets.ts'
import {
  BLOCKED,
  scriptedDecider,
  scriptedPlane,
  type Script,
} from '../../support/scripted-plane.ts'
import { wireName } from '../../support/wire-name.ts'

const QUERY = queryFor('www.test')
const { stance } = scriptedPlane().subjectAt('127.0.0.1')

function placed(records: Parameters<typeof responseTo>[1]) {
  const question = emptyQuestion()
  readQuestion(QUERY, question)
  const bytes = packAnswer(responseTo(QUERY, records), question.end)
  if (bytes === undefined) throw new Error('malformed')
  // Inside the cache's arena an answer begins somewhere.
  return { bytes: Uint8Array.from([7, 7, ...bytes]), at: 2 }
}

const CHAIN = placed({
  answers: [cname('www.test', 'cdn.test'), cname('cdn.test', 'edge.test'), a('edge.test')],
})

const ANSWERS: readonly [what: string, script: Script, reason: string | null][] = [
  ['nothing against its targets', { rulings: { 'other.test': BLOCKED } }, null],
  ['its first alias refused', { rulings: { 'cdn.test': BLOCKED } }, 'category'],
  ['its last alias refused', { rulings: { 'edge.test': BLOCKED } }, 'category'],
  ['its address refused', { refusedAddress: '192.0.2.1' }, 'address_refused'],
  ['another address refused', { refusedAddress: '192.0.2.2' }, null],
]

test.each(ANSWERS)('an answer with %s', (_what, script, reason) => {
  const engine = scriptedDecider(script)
  const named = engine.decideWire(stance, wireName('www.test'), 0)
  const ruling = new PlacedTargets().judge(engine, stance, named, CHAIN)
  expect(ruling.reasonCode).toBe(reason)
  if (reason === null) expect(ruling).toBe(named)
})

test('nothing is allocated for it', () => {
  const engine = scriptedDecider({})
  const targets = new PlacedTargets()
  const named = engine.decideWire(stance, wireName('www.test'), 0)
  expectAllocatesAtMost(1, 100_000, () => {
    targets.judge(engine, stance, named, CHAIN)
  })
})
