import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MessageFrames } from '../../proxy/lists/feeds/axfr/message-frames.ts'
import { readMessage } from '../../proxy/lists/feeds/axfr/read-message.ts'
import { textName } from '../../proxy/lists/feeds/axfr/record-line.ts'
import type { TsigKey } from '../../proxy/lists/feeds/axfr/tsig-key.ts'
import { signQuery, TsigStream } from '../../proxy/lists/feeds/axfr/tsig.ts'
import { questionMessage, TYPE_AXFR } from '../../proxy/lists/feeds/axfr/zone-question.ts'
import { ZoneTransfer } from '../../proxy/lists/feeds/axfr/zone-transfer.ts'
import { FetchRefused } from '../../proxy/lists/feeds/fetch-limits.ts'
import { ZoneLines } from '../../rules/lists/rpz/zone-lines.ts'
import { FUZZ_RUNS } from '../support/fuzz-runs.ts'
import {
  inFrame,
  listed,
  messageOf,
  SECRET,
  signed,
  ZONE,
  zoneSoa,
} from '../support/zone-primary.ts'

const KEY: TsigKey = { name: 'gate', algorithm: 'hmac-sha256', hash: 'sha256', secret: SECRET }
const question = { id: 77, zone: ZONE, type: TYPE_AXFR } as const
const NOW = 1_800_000_000_000
const query = signQuery(questionMessage(question), KEY, NOW)
const asked = Buffer.from(query.message)
const good = messageOf(asked, [zoneSoa(), listed('a.test'), listed('*.b.test'), zoneSoa()])
const [goodSigned = Buffer.alloc(0)] = signed(asked, [good], { time: NOW / 1000 })

const changed = (from: Buffer) =>
  fc
    .record({
      changes: fc.array(fc.tuple(fc.nat(from.length - 1), fc.nat(255)), { maxLength: 4 }),
      length: fc.oneof(fc.constant(from.length), fc.nat(from.length)),
      tail: fc.uint8Array({ maxLength: 20 }),
    })
    .map(({ changes, length, tail }) => {
      const bytes = Buffer.concat([from.subarray(0, length), tail])
      for (const [at, octet] of changes) if (at < bytes.length) bytes[at] = octet
      return bytes
    })

/** The lines of the zone; null where it is refused. */
function linesOf(bytes: Uint8Array, tsig: TsigStream | null): string | null {
  try {
    return new ZoneTransfer(question, tsig).take(bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(FetchRefused)
    return null
  }
}

test('any bytes as a message of a transfer are lines that the zone reader takes, or a refusal', () => {
  let taken = 0
  const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(fc.uint8Array({ maxLength: 200 }), changed(good))
  fc.assert(
    fc.property(bytes, (message) => {
      const lines = linesOf(message, null)
      if (lines === null) return
      taken += 1
      const zone = new ZoneLines()
      for (const line of lines.split('\n')) {
        const read = zone.read(line)
        if (read.kind === 'problem') expect(read.message).toMatch(/^not (?:a|below)/)
      }
      expect(zone.finish()).toBeNull()
    }),
    { numRuns: FUZZ_RUNS, examples: [[good]] },
  )
  expect(taken).toBeGreaterThan(0)
})

test('no change of a signed message, however small, is taken', () => {
  const stream = () => new TsigStream(KEY, query.mac, () => NOW)
  const whole = linesOf(goodSigned, stream())
  expect(whole).toContain('a.test.rpz.example. CNAME .\n')
  fc.assert(
    fc.property(changed(goodSigned), (message) => {
      const lines = linesOf(message, stream())
      // Letters of the key's and the algorithm's name are signed in lower case (RFC 8945 section 4.3.3).
      if (lines !== null) expect(lines).toBe(whole)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

test('a stream cut anywhere gives the same messages', () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 })
  const property = fc.property(messages, fc.array(fc.nat(3000)), (sent, cuts) => {
    const octets = Buffer.concat(sent.map(inFrame))
    const frames = new MessageFrames()
    const ends = [...cuts.filter((at) => at < octets.length), octets.length].sort((a, b) => a - b)
    const got = ends.flatMap((end, i) => frames.take(octets.subarray(ends[i - 1] ?? 0, end)))
    expect(got.map((bytes) => [...bytes])).toEqual(sent.map((bytes) => [...bytes]))
  })
  fc.assert(property, { numRuns: FUZZ_RUNS })
})

test('no octet of a name ends its line or begins a comment', () => {
  const property = fc.property(fc.uint8Array({ minLength: 1, maxLength: 63 }), (label) => {
    const text = textName(Uint8Array.from([label.length, ...label, 0]))
    expect(text).toMatch(/^(?:[A-Za-z0-9_*-]|\\\d{3})+\.$/)
  })
  fc.assert(property, { numRuns: FUZZ_RUNS })
  expect(readMessage(new Uint8Array(11))).toBeNull()
})
