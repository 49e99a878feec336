import { CLASS_IN, HEADER_OCTETS } from './wire/numbers.ts'
import { putU16 } from './wire/packed-answer.ts'
import { emptyQuestion, readQuestion } from './wire/question.ts'
import type { Question } from './wire/question.ts'

/** A query that the gate itself puts, ready to be found in the cache or sent. */
export interface OwnQuery {
  query: Uint8Array
  readonly question: Question
}

/** `name` is in wire form. Without EDNS and so without DO: nobody here checks signatures. */
export function ownQuery(name: Uint8Array, type: number): OwnQuery {
  const query = new Uint8Array(HEADER_OCTETS + name.length + 4)
  query[2] = 0x01
  query[5] = 1
  query.set(name, HEADER_OCTETS)
  putU16(query, HEADER_OCTETS + name.length, type)
  putU16(query, HEADER_OCTETS + name.length + 2, CLASS_IN)
  const question = emptyQuestion()
  readQuestion(query, question)
  return { query, question }
}
