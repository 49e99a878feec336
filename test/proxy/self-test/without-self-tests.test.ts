import { expect, test } from 'vitest'
import {
  recordWithoutSelfTests,
  tallyWithoutSelfTests,
} from '../../../proxy/self-test/without-self-tests.ts'
import { aRuling, aSubject } from '../../support/refusals.ts'

const NAME = { bytes: new Uint8Array(1), offset: 0, at: 0 }
const SEEN = { host: 'a.example', path: '/', at: 0 }

test.each([
  ['a device', 'pupil', ['lookup', 'connection', 'wentOn', 'countWire', 'countHost']],
  ['the gate itself', 'self_test', []],
])('what %s asks is recorded and counted: %s', (_who, role, noted) => {
  const calls: string[] = []
  const note = (what: string) => () => void calls.push(what)
  const recorder = recordWithoutSelfTests({
    ...{ lookup: note('lookup'), connection: note('connection'), wentOn: note('wentOn') },
  })
  const tally = tallyWithoutSelfTests({
    countWire: note('countWire'),
    countHost: note('countHost'),
  })
  const [subject, ruling] = [aSubject({ role }), aRuling()]
  recorder.lookup(subject, ruling, 'a', NAME)
  recorder.connection(subject, ruling, 'http', SEEN)
  recorder.wentOn(subject, ruling, SEEN)
  tally.countWire(subject, ruling, NAME)
  tally.countHost(subject, ruling, 'a.example', 0)
  expect(calls).toEqual(noted)
})
