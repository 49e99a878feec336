import type { Attempt, WordRecord } from '../../records/rings/attempt-codec.ts'
import { RingWriter, makeRing } from '../../records/rings/byte-ring.ts'
import { RingIntake } from '../../records/rings/ring-intake.ts'
import { RingRecorder } from '../../records/rings/ring-recorder.ts'
import type { TallyDelta } from '../../records/tally/tally-codec.ts'

/** A ring, its recorder, and what the other side reads. */
export class RingLine {
  readonly ring: SharedArrayBuffer
  recorder: RingRecorder
  readonly attempts: Attempt[] = []
  readonly tallies: TallyDelta[] = []
  readonly words: (WordRecord | null)[] = []
  malformed = 0
  intake: RingIntake

  constructor(octets = 65_536) {
    this.ring = makeRing(octets)
    this.recorder = new RingRecorder(new RingWriter(this.ring))
    this.intake = this.newIntake([])
  }

  newRecorder(): RingRecorder {
    return new RingRecorder(new RingWriter(this.ring))
  }

  newIntake(remembered: readonly WordRecord[]): RingIntake {
    return new RingIntake(this.ring, remembered, {
      attempt: (attempt) => this.attempts.push(attempt),
      tally: (delta) => this.tallies.push(delta),
      malformed: () => (this.malformed += 1),
      word: (word) => this.words.push(word),
      epoch: () => this.words.push(null),
    })
  }

  read(): Attempt[] {
    while (this.intake.drain(1_000) > 0);
    this.intake.release()
    return this.attempts.splice(0)
  }
}
