import { workerData } from 'node:worker_threads'
import { RingWriter } from '../../../records/rings/byte-ring.ts'

/** A data thread in small: writes numbered records of changing length, spinning while the ring is full. */
const { buffer, from, count } = workerData as {
  readonly buffer: SharedArrayBuffer
  readonly from: number
  readonly count: number
}

const ring = new RingWriter(buffer)
for (let number = from; number < from + count;) {
  const octets = 4 + (number % 97)
  const index = ring.reserve(octets)
  if (index < 0) continue
  ring.view.setUint32(index, number, true)
  ring.bytes.fill(number & 0xff, index + 4, index + octets)
  ring.commit(octets)
  number += 1
}
