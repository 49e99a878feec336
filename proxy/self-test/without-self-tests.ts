import type { AttemptRecorder, AttemptSubject } from '../../records/attempt.ts'
import type { Tally } from '../../records/tally/tally.ts'
import { SELF_TEST_ROLE } from './stand-in.ts'

/** Whether it is the gate that asks itself. */
function isSelfTest(subject: AttemptSubject): boolean {
  return subject.role === SELF_TEST_ROLE
}

/** What the gate asks itself is nobody's attempt: it must not stand in a pupil's record. */
export function recordWithoutSelfTests(recorder: AttemptRecorder): AttemptRecorder {
  return {
    lookup: (subject, ruling, kind, name) => {
      if (!isSelfTest(subject)) recorder.lookup(subject, ruling, kind, name)
    },
    connection: (subject, ruling, layer, seen) => {
      if (!isSelfTest(subject)) recorder.connection(subject, ruling, layer, seen)
    },
    wentOn: (subject, ruling, seen) => {
      if (!isSelfTest(subject)) recorder.wentOn(subject, ruling, seen)
    },
  }
}

/** Nor is it traffic. */
export function tallyWithoutSelfTests(tally: Tally): Tally {
  return {
    countWire: (subject, ruling, name) => {
      if (!isSelfTest(subject)) tally.countWire(subject, ruling, name)
    },
    countHost: (subject, ruling, host, at) => {
      if (!isSelfTest(subject)) tally.countHost(subject, ruling, host, at)
    },
  }
}
