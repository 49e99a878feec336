import { expect, test } from 'vitest'
import { Disconnector } from '../../../../../proxy/clients/sources/radius/disconnector.ts'
import type { RadiusSession } from '../../../../../proxy/clients/sources/radius/sessions.ts'
import { macOf } from '../../../../support/sightings.ts'

function sessionOf(id: string, facts: Partial<RadiusSession> = {}): RadiusSession {
  return {
    ...{ key: id, nas: '10.0.0.2', reporter: 'wlc-1', id, nasIdentifier: null, nasAddress: null },
    ...{ account: null, mac: macOf('da:a1:19:00:00:02'), callingStation: null, addresses: [] },
    ...{ place: null, at: 0, ...facts },
  }
}

/** Its clock stands until a test moves it; what it sends has its time. */
function scene() {
  let now = 0
  const sent: [at: number, id: number][] = []
  const ended: string[] = []
  let repeats = 0
  const disconnector = new Disconnector({
    requestFor: (session, id) =>
      session.id === 'no secret'
        ? null
        : { packet: Buffer.from([40, id]), secret: Buffer.alloc(0) },
    send: ({ packet }) => sent.push([now, packet.readUInt8(1)]),
    onEnd: ({ id }, how) => ended.push(`${id} ${how}`),
    onRepeat: () => {
      repeats += 1
    },
    now: () => now,
    random: () => 0.5,
  })
  const pass = (ms: number): void => {
    for (const end = now + ms; now < end;) {
      now += 250
      disconnector.tick()
    }
  }
  return { disconnector, sent, ended, pass, repeats: () => repeats }
}

test('a request is sent at once, and again after longer and longer times until it is given up', () => {
  const { disconnector, sent, ended, pass, repeats } = scene()
  disconnector.end(sessionOf('s1'))
  disconnector.end(sessionOf('s1'))
  pass(30_000)
  expect(sent).toEqual([
    [0, 0],
    [1_000, 0],
    [3_000, 0],
    [7_000, 0],
    [15_000, 0],
  ])
  expect(ended).toEqual(['s1 unanswered'])
  expect(repeats()).toBe(4)
})

test('an answer ends it, and only the NAS that was asked may give one', () => {
  const { disconnector, sent, ended, pass } = scene()
  disconnector.end(sessionOf('s1'))
  expect(disconnector.requestOf(0, '10.9.9.9')).toBeNull()
  expect(disconnector.requestOf(1, '10.0.0.2')).toBeNull()
  expect(disconnector.requestOf(0, '10.0.0.2')).not.toBeNull()
  disconnector.answered(0, 'ack')
  // Of the same request, twice.
  disconnector.answered(0, 'nak')
  pass(30_000)
  expect(sent).toHaveLength(1)
  expect(ended).toEqual(['s1 ack'])
})

test('a device that joins again is put off again, each time a while later, and anew after an hour', () => {
  const { disconnector, sent, pass } = scene()
  const joins = (id: string, waitMs: number): number => {
    disconnector.end(sessionOf(id))
    pass(waitMs)
    const [at = -1, number = -1] = sent.at(-1) ?? []
    disconnector.answered(number, 'ack')
    return at
  }
  const times = [joins('s1', 0), joins('s2', 10_000), joins('s3', 20_000), joins('s4', 40_000)]
  expect(times).toEqual([0, 10_000, 30_000, 70_000])
  disconnector.end(sessionOf('s5'))
  pass(79_750)
  expect(sent).toHaveLength(4)
  pass(250)
  expect(sent.at(-1)?.[0]).toBe(150_000)
  disconnector.answered(sent.at(-1)?.[1] ?? -1, 'ack')
  pass(3_600_250)
  expect(joins('s6', 0)).toBe(150_000 + 3_600_250)
})

test('of a session that may go on nothing more is sent', () => {
  const { disconnector, sent, ended, pass } = scene()
  disconnector.end(sessionOf('s1'))
  disconnector.keepOnly(() => false)
  pass(30_000)
  expect([sent.length, ended]).toEqual([1, []])
})

test('more at once than there are numbers wait for one, and a NAS without a secret is asked nothing', () => {
  const { disconnector, sent, pass } = scene()
  const one = (n: number) => sessionOf(`s${n}`, { mac: null, account: `user ${n}` })
  for (let n = 0; n < 300; n += 1) disconnector.end(one(n))
  disconnector.end(sessionOf('no secret'))
  expect(new Set(sent.map(([, id]) => id)).size).toBe(256)
  for (let id = 0; id < 256; id += 1) disconnector.answered(id, 'ack')
  pass(250)
  expect(sent).toHaveLength(300)
})
