import type { AddressPlace, Decider, Stance } from '../../rules/decider.ts'
import type { Ruling } from '../../rules/verdict.ts'
import { wireNameLength } from './wire/names.ts'
import { answerRecords, findRecordAddress } from './wire/packed-addresses.ts'
import { PACKED_HEADER_OCTETS } from './wire/packed-answer.ts'
import { u16 } from './wire/question.ts'

/** A packed answer (`wire/packed-answer.ts`) inside `bytes`. */
export interface AnswerPlace {
  readonly bytes: Uint8Array
  readonly at: number
}

/**
 * What a packed answer points to, judged for whoever asks, on a hit as on a miss: the names of its aliases
 * and services first, then its addresses. Allocates nothing.
 */
export class PlacedTargets {
  readonly #address: AddressPlace = { bytes: new Uint8Array(0), at: 0, octets: 0 }

  /** `named` stays, the same object, unless a target is stricter (`Decider.judgeTarget`). */
  judge(engine: Decider, stance: Stance, named: Ruling, place: AnswerPlace): Ruling {
    const { bytes, at } = place
    let target = at + PACKED_HEADER_OCTETS + 2 * u16(bytes, at + 8)
    const end = target + u16(bytes, at + 10)
    let ruling = named
    while (target < end && ruling.action !== 'block') {
      ruling = engine.judgeTarget(stance, ruling, bytes, target)
      target += wireNameLength(bytes, target)
    }
    return engine.judgesAddresses ? this.#judgeAddresses(engine, stance, ruling, place) : ruling
  }

  #judgeAddresses(engine: Decider, stance: Stance, named: Ruling, place: AnswerPlace): Ruling {
    const address = this.#address
    address.bytes = place.bytes
    let ruling = named
    for (let record = 0; record < answerRecords(place.bytes, place.at); record += 1) {
      for (let hint = 0; findRecordAddress(place, record, hint, address); hint += 1) {
        ruling = engine.judgeAddress(stance, ruling, address)
      }
      if (ruling.action === 'block') return ruling
    }
    return ruling
  }
}
