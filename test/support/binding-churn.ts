import { parentPort, workerData } from 'node:worker_threads'
import { readAddressWords } from '../../proxy/clients/address-words.ts'
import { BindingWriter } from '../../proxy/clients/binding-table.ts'

/** Rewrites one address among neighbours until it is ended, with the same number as device and person. */
const writer = new BindingWriter(workerData as SharedArrayBuffer)
const words = new Int32Array(4)
const nothing = { isProven: false, zone: 0, heldZone: 0, settlesAt: 0, expires: 1_800_000_000_000 }
for (let round = 1; ; round += 1) {
  for (let host = 0; host < 16; host += 1) {
    readAddressWords(`10.1.0.${host}`, words)
    const key = round * 16 + host
    if (host !== 7 && round % 3 === 0) writer.delete(words)
    else writer.set(words, { ...nothing, device: key, person: key })
  }
  if (round === 2) parentPort?.postMessage('churning')
}
