import { writeSync } from 'node:fs'
import { openRecords } from '../../records/open-records.ts'
import { RingWriter } from '../../records/rings/byte-ring.ts'
import { RingRecorder } from '../../records/rings/ring-recorder.ts'
import { aRuling, aSubject } from './refusals.ts'
import { waitsOf } from './thread-wait.ts'

/**
 * A gate in small, to be killed: records attempts as fast as its timer lets it and says on its standard
 * output, by a write that the kernel keeps, how many there were by when, and how long its records thread has
 * waited for a core: lines of `{ total, at, ... }`.
 * Arguments: directory, Redis URL or `-`.
 */
const [directory = '', redis = '-'] = process.argv.slice(2)

/** A tenth of the look-ups go to new hosts, the rest repeat a few. */
const PER_TICK = 40

const records = await openRecords({
  directory,
  site: 'ex',
  gate: 'g1',
  redis: redis === '-' ? null : redis,
  clockOffsetMs: 0,
  journalKey: new Uint8Array(32),
})
const recorder = new RingRecorder(new RingWriter(records.makeRing()))
const ruling = aRuling()
const subject = aSubject()
const waitOfRecords = waitsOf('records')
let total = 0

setInterval(() => {
  const at = Date.now()
  for (let i = 0; i < PER_TICK; i += 1) {
    const host = i % 10 === 0 ? `h${total}.example` : `often${i}.example`
    recorder.connection(subject, ruling, 'sni', { host, path: '', at })
    total += 1
  }
  writeSync(1, `${JSON.stringify({ total, at, ...waitOfRecords() })}\n`)
}, 2)
