import { createHash } from 'node:crypto'
import { readAddressWords } from '../../proxy/clients/address-words.ts'
import { bindingMemory, BindingReader, BindingWriter } from '../../proxy/clients/binding-table.ts'
import { SightingFollower } from '../../proxy/clients/follow-sightings.ts'
import { AccountingDesk } from '../../proxy/clients/sources/radius/accounting-desk.ts'
import { RadiusSessions } from '../../proxy/clients/sources/radius/sessions.ts'
import { IdentityRegister } from '../../rules/identity/identity-register.ts'
import { measure } from './measure.ts'

/**
 * Issue 5 wants 2,000 RADIUS updates a second on one core: each packet checked, answered, weighed and
 * put in force on all threads, for as many devices as a large trust has.
 */
const DEVICES = 100_000
/** So many packets are made beforehand, each of another device. */
const PACKETS = 2_000
const SECRET = 'a-secret-of-twenty-octets'

const devices = Array.from({ length: DEVICES }, (_, n) => ({
  ...{ id: `device-${n}`, personRef: `p-${n}`, role: 'staff' as const, phase: null, year: null },
  ...{ ownership: 'school' as const, type: 'laptop', state: 'approved' as const, grant: null },
  ...{ aup: 'signed' as const, posture: 'ok', voucher: null, examCandidate: false },
  ...{ carriesCa: false, octet: null, addresses: [], macs: [macOf(n)] },
}))
const memory = bindingMemory(300_000, [0x1234567, 0x7654321])
let now = Date.parse('2026-11-24T10:00:00Z')
const follower = new SightingFollower(
  {
    ...{ table: new BindingWriter(memory), maxAddresses: 300_000 },
    ...{ clock: () => now, onChange: () => undefined },
  },
  {
    register: new IdentityRegister({ devices, accounts: [], places: { 'ap-1': 'library' } }),
    ...{ zoneAt: () => 'unknown', settleMs: 90_000 },
  },
)
const desk = new AccountingDesk({
  secrets: () => ({ secretOf: () => Buffer.from(SECRET) }),
  sessions: new RadiusSessions(),
  placeFrom: ['called-station'],
  requireMessageAuthenticator: false,
  clock: () => now,
  systemClock: () => now,
  onSighting: (sighting) => {
    follower.take(sighting)
  },
  onSession: () => undefined,
})
const sender = { address: '10.0.0.2', port: 40_000 }

function macOf(n: number): string {
  const digits = n.toString(16).padStart(6, '0').match(/../g) ?? []
  return `00:1b:63:${digits.join(':')}`
}

function packetOf(n: number, status: number): Buffer {
  const attributes = Buffer.concat([
    numberIn(40, status),
    textIn(44, `session-${n}`),
    textIn(1, `host/device-${n}`),
    textIn(31, macOf(n).replaceAll(':', '-')),
    textIn(30, 'ap-1:School'),
    textIn(32, 'wlc-1'),
    Buffer.from([8, 6, 10, n >> 16, (n >> 8) & 255, n & 255]),
  ])
  const packet = Buffer.concat([Buffer.from([4, n & 255, 0, 0]), Buffer.alloc(16), attributes])
  packet.writeUInt16BE(packet.length, 2)
  createHash('md5').update(packet).update(SECRET).digest().copy(packet, 4)
  return packet
}

function textIn(type: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([type, text.length + 2]), Buffer.from(text)])
}

function numberIn(type: number, value: number): Buffer {
  return Buffer.from([type, 6, 0, 0, 0, value])
}

const starts = Array.from({ length: PACKETS }, (_, n) => packetOf(n * 50, 1))
const updates = Array.from({ length: PACKETS }, (_, n) => packetOf(n * 50, 3))
const forged = updates.map((packet) => Buffer.from(packet).fill(0, 4, 20))

const receive = (packet: Buffer) => {
  // A while later, so that none is a repetition.
  now += 31_000 / PACKETS
  return desk.receive(packet, sender)
}

measure('radius: a Start, answered and in force', starts, receive)
measure('radius: an interim update, answered and weighed', updates, receive)
measure('radius: a forged packet, refused', forged, receive)

const words = new Int32Array(4)
readAddressWords('10.0.0.50', words)
if (!new BindingReader(memory).find(words)) throw new Error('nothing was put in force')
