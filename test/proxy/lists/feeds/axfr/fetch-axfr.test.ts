import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fetchAxfr, type AxfrOrder } from '../../../../../proxy/lists/feeds/axfr/fetch-axfr.ts'
import type { TsigKey } from '../../../../../proxy/lists/feeds/axfr/tsig-key.ts'
import { makeFetchGuard } from '../../../../../proxy/lists/feeds/fetch-guard.ts'
import { FETCH_LIMITS, FetchRefused } from '../../../../../proxy/lists/feeds/fetch-limits.ts'
import { tempDirectory } from '../../../../support/temp-directory.ts'
import {
  inFrame,
  listed,
  messageOf,
  SECRET,
  signed,
  ZONE,
  ZonePrimary,
  zoneSoa,
  type Signing,
} from '../../../../support/zone-primary.ts'

const KEY: TsigKey = { name: 'gate', algorithm: 'hmac-sha256', hash: 'sha256', secret: SECRET }
const LIMITS = { ...FETCH_LIMITS, octets: 20_000, totalMs: 900, stallMs: 300 }

function orderFor({ port }: ZonePrimary, more: Partial<AxfrOrder> = {}): AxfrOrder {
  return {
    place: { kind: 'axfr', host: '127.0.0.1', port, zone: ZONE },
    ...{ key: null, etag: null, into: join(tempDirectory(), 'zone'), limits: LIMITS },
    guard: makeFetchGuard({ allowTargets: ['127.0.0.0/8'], ownEndpoints: [] }),
    now: Date.now,
    ...more,
  }
}

async function refusalOf(order: AxfrOrder): Promise<string> {
  const refusal: unknown = await fetchAxfr(order).catch((cause: unknown) => cause)
  expect(refusal).toBeInstanceOf(FetchRefused)
  return String(refusal)
}

const [soa, a, b] = [zoneSoa(), listed('a.test'), listed('b.test')]
/** The zone in four messages, as primaries of old send them. */
const inFour = (query: Buffer) => [
  messageOf(query, [soa]),
  messageOf(query, [a], { question: false }),
  messageOf(query, [b], { question: false }),
  messageOf(query, [soa], { question: false }),
]

test('a zone comes as a zone file, in however many messages and chunks, and keeps its serial', async () => {
  await using primary = await ZonePrimary.start()
  const order = orderFor(primary)
  primary.answer(inFour)
  const first = await fetchAxfr(order)
  expect(first).toMatchObject({ kind: 'new', etag: 'serial 7', lastModified: null })
  expect(readFileSync(order.into, 'utf8')).toBe(
    'rpz.example. SOA\na.test.rpz.example. CNAME .\nb.test.rpz.example. CNAME .\n',
  )
  primary.behave = (query, socket) => {
    socket.setNoDelay(true)
    const octets = Buffer.concat(inFour(query).map(inFrame))
    for (const octet of octets) socket.write(Buffer.from([octet]))
    socket.end()
  }
  expect(await fetchAxfr(order)).toEqual(first)
  // Another serial of the same rules is the same file.
  primary.answer((query) => [messageOf(query, [zoneSoa(8), a, b, zoneSoa(8)])])
  expect(await fetchAxfr(order)).toEqual({ ...first, etag: 'serial 8' })
})

test('a primary whose serial is that of the copy is asked for its SOA alone', async () => {
  await using primary = await ZonePrimary.start()
  primary.answer((query) => [messageOf(query, [soa])])
  const order = orderFor(primary, { etag: 'serial 7' })
  expect(await fetchAxfr(order)).toEqual({ kind: 'same' })
  expect(primary.asked.length).toBe(1)
  primary.answer((query) => [messageOf(query, [zoneSoa(6), a, zoneSoa(6)])])
  expect(await fetchAxfr(order)).toMatchObject({ kind: 'new', etag: 'serial 6' })
  expect(primary.asked.length).toBe(3)
})

test.each<[what: string, messages: (query: Buffer) => readonly Uint8Array[], why: RegExp]>([
  ['nothing', () => [], /ended within the zone/],
  ['no end', (query) => inFour(query).slice(0, 3), /ended within the zone/],
  ['a refusal', (query) => [messageOf(query, [], { rcode: 5 })], /REFUSED/],
  ['NOTAUTH', (query) => [messageOf(query, [], { rcode: 9 })], /NOTAUTH/],
  ['TC', (query) => [messageOf(query, [soa], { flags: 0x8600 })], /cut its answer short/],
  ['no authority', (query) => [messageOf(query, [soa], { flags: 0x8000 })], /no authority/],
  ['a query', (query) => [query], /no answer to what was asked/],
  [
    'another id',
    (query) => [messageOf(query, [soa], { id: query.readUInt16BE(0) ^ 1 })],
    /no answer/,
  ],
  ['no question', (query) => [messageOf(query, [soa], { question: false })], /another question/],
  ['no records', (query) => [messageOf(query, [])], /no records/],
  ['no SOA first', (query) => [messageOf(query, [a, soa])], /does not begin with the SOA/],
  ['another SOA', (query) => [messageOf(query, [zoneSoa(7, 'other.example')])], /of another zone/],
  ['two serials', (query) => [messageOf(query, [soa, a, zoneSoa(8)])], /different serials/],
  ['more behind', (query) => [messageOf(query, [soa, a, soa, b])], /behind the end/],
  ['class CH', (query) => [messageOf(query, [soa, { ...a, class: 'CH' } as typeof a])], /class/],
  ['noise', () => [Buffer.alloc(40, 0xc3)], /malformed message/],
  ['a cut message', (query) => [messageOf(query, [soa, a, soa]).subarray(0, -3)], /malformed/],
])('a primary that answers with %s is refused', async (_what, messages, why) => {
  await using primary = await ZonePrimary.start()
  primary.answer(messages)
  expect(await refusalOf(orderFor(primary))).toMatch(why)
})

test('a primary that is silent, or never ends, is given up by time, octets and records', async () => {
  await using primary = await ZonePrimary.start()
  primary.behave = () => undefined
  expect(await refusalOf(orderFor(primary))).toMatch(/silent for 0.3 s/)
  primary.behave = (query, socket) => {
    socket.write(inFrame(messageOf(query, [soa])))
    const more = inFrame(messageOf(query, [a]))
    const drop = setInterval(() => socket.write(more), 50)
    socket.on('close', () => {
      clearInterval(drop)
    })
  }
  expect(await refusalOf(orderFor(primary))).toMatch(/not finished in 0.9 s/)
  primary.answer((query) => [
    messageOf(query, [soa]),
    ...Array.from({ length: 1000 }, () => messageOf(query, [a])),
  ])
  expect(await refusalOf(orderFor(primary))).toMatch(/more than 20000 octets/)
  const limits = { ...LIMITS, octets: 1 << 20 }
  expect(await refusalOf(orderFor(primary, { limits, maxRecords: 900 }))).toMatch(/900 records/)
  const small = { ...limits, unpackedOctets: 5000 }
  expect(await refusalOf(orderFor(primary, { limits: small }))).toMatch(/unpacks to more than 5000/)
})

test('nobody is asked at an address that the guard refuses', async () => {
  await using primary = await ZonePrimary.start()
  const guard = makeFetchGuard({ allowTargets: [], ownEndpoints: [] })
  expect(await refusalOf(orderFor(primary, { guard }))).toMatch(/nothing is fetched from/)
  const place = { ...orderFor(primary).place, host: 'localhost' }
  expect(await refusalOf(orderFor(primary, { guard, place }))).toMatch(/nothing is fetched from/)
  expect(primary.asked.length).toBe(0)
})

test('a signed transfer is taken when its first and last message are signed, and none is by itself', async () => {
  await using primary = await ZonePrimary.start()
  const order = orderFor(primary, { key: KEY })
  primary.answer((query) => signed(query, inFour(query)))
  expect(await fetchAxfr(order)).toMatchObject({ kind: 'new', etag: 'serial 7' })
  const leave = (index: number, count: number) => index > 0 && index < count - 1
  primary.answer((query) => signed(query, inFour(query), { leave }))
  expect(await fetchAxfr(order)).toMatchObject({ kind: 'new', etag: 'serial 7' })
  primary.answer((query) => signed(query, [messageOf(query, [soa])]))
  expect(await fetchAxfr({ ...order, etag: 'serial 7' })).toEqual({ kind: 'same' })
  primary.answer((query) => [messageOf(query, [soa])])
  expect(await refusalOf({ ...order, etag: 'serial 7' })).toMatch(/not signed/)
})

const now = () => Math.floor(Date.now() / 1000)

test.each<[what: string, signing: Signing, why: RegExp]>([
  ['nothing', { leave: () => true }, /not signed/],
  ['the first message left out', { leave: (index) => index === 0 }, /not signed/],
  ['the last message left out', { leave: (index, count) => index === count - 1 }, /not signed/],
  ['another secret', { secret: Buffer.alloc(32) }, /signature \(TSIG\) is wrong/],
  ['another key', { name: 'door' }, /another key than ours/],
  ['a short MAC', { macOctets: 16 }, /signature \(TSIG\) is wrong/],
  ['a clock behind', { time: now() - 400 }, /clocks is wrong/],
  ['a clock ahead', { time: now() + 400 }, /clocks is wrong/],
  ['BADSIG', { error: 16, macOctets: 0 }, /BADSIG/],
  ['BADKEY', { error: 17, macOctets: 0 }, /BADKEY/],
  ['BADTIME', { error: 18 }, /BADTIME/],
])('a transfer signed with %s is refused', async (_what, signing, why) => {
  await using primary = await ZonePrimary.start()
  primary.answer((query) => signed(query, inFour(query), signing))
  expect(await refusalOf(orderFor(primary, { key: KEY }))).toMatch(why)
})

test('more than 99 messages without a signature are refused', async () => {
  await using primary = await ZonePrimary.start()
  const long = (middle: number) => (query: Buffer) => {
    const rows = Array.from({ length: middle }, () => messageOf(query, [a]))
    const all = [messageOf(query, [soa]), ...rows, messageOf(query, [soa])]
    return signed(query, all, { leave: (index, count) => index > 0 && index < count - 1 })
  }
  primary.answer(long(99))
  expect(await fetchAxfr(orderFor(primary, { key: KEY }))).toMatchObject({ kind: 'new' })
  primary.answer(long(100))
  expect(await refusalOf(orderFor(primary, { key: KEY }))).toMatch(/not signed/)
})

test('messages that were changed, dropped or swapped on the way are refused', async () => {
  await using primary = await ZonePrimary.start()
  const tamper = async (change: (messages: Buffer[]) => readonly Buffer[]) => {
    primary.answer((query) => change(signed(query, inFour(query))))
    return refusalOf(orderFor(primary, { key: KEY }))
  }
  const wrong = /signature \(TSIG\) is wrong/
  expect(
    await tamper(([one, two, , four]) => [one, two, four].filter((m) => m !== undefined)),
  ).toMatch(wrong)
  expect(await tamper(([one, ...rest]) => [...(one ? [one] : []), ...rest.reverse()])).toMatch(
    wrong,
  )
  const forge = (messages: Buffer[]) => {
    // The first letter of the listed host.
    messages[1]?.writeUInt8(0x7a, 13)
    return messages
  }
  expect(await tamper(forge)).toMatch(wrong)
})
