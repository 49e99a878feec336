import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { RadiusFeed } from '../../../../../proxy/clients/sources/radius/radius-feed.ts'
import { GateRefused } from '../../../../../proxy/gate-refused.ts'
import { IdentityRegister } from '../../../../../rules/identity/identity-register.ts'
import type { Sighting } from '../../../../../rules/identity/sighting.ts'
import type { DeviceState } from '../../../../../rules/subject.ts'
import { freeRadius } from '../../../../support/freeradius.ts'
import { answerOf, isSigned, requestOf, SECRET } from '../../../../support/radius-packets.ts'
import { deviceOf } from '../../../../support/sample-facts.ts'
import { SEEN_AT } from '../../../../support/sightings.ts'
import { tempDirectory } from '../../../../support/temp-directory.ts'
import { until } from '../../../../support/until.ts'
import { run } from '../../../../e2e/run-program.ts'

const MAC = 'DA-A1-19-00-00-02'

function schoolWith(state: DeviceState) {
  const device = deviceOf({ id: 'phone', personRef: 'p-1', state, macs: ['da:a1:19:00:00:02'] })
  const accounts = [['jo@school.example', 'p-1']] as const
  const register = new IdentityRegister({ devices: [device], accounts, places: {} })
  return { register, deviceAt: () => null }
}

async function feedWith(disconnectPort: number | null = null) {
  const secretsFile = join(tempDirectory(), 'secrets')
  writeFileSync(secretsFile, `127.0.0.1 ${SECRET}\n`, { mode: 0o600 })
  const lines: object[] = []
  const log = (details: object): void => {
    lines.push(details)
  }
  const feed = new RadiusFeed(
    {
      ...{ listen: { host: '127.0.0.1', port: 0 }, secretsFile, disconnectPort },
      ...{ placeFrom: ['called-station'], requireMessageAuthenticator: false },
    },
    { clock: () => SEEN_AT, log: { info: log, warn: log } },
  )
  const sightings: Sighting[] = []
  await feed.start((sighting) => sightings.push(sighting))
  onTestFinished(() => feed.stop())
  const port = feed.endpoint?.port ?? 0
  return { feed, sightings, port, secretsFile, lines }
}

/** Debian's radclient, as a NAS: its last argument is the secret. */
function radclient(port: number, text: string, secret = SECRET, seconds = 10) {
  return run(
    'radclient',
    ['-x', '-r', '1', '-t', String(seconds), `127.0.0.1:${port}`, 'acct', secret],
    text,
  )
}

const startOf = (session: string, more = ''): string =>
  `Acct-Status-Type=Start,Acct-Session-Id="${session}",User-Name="jo@school.example",` +
  `Calling-Station-Id="${MAC}",Called-Station-Id="ap-library:School",NAS-Identifier="wlc-1"${more}\n`

function reading(feed: RadiusFeed, name: string, outcome: string): number {
  const found = feed
    .readings()
    .find(([metric, labels]) => metric === name && labels['outcome'] === outcome)
  return found?.[2] ?? -1
}

test("radclient's Start, interim update and Stop are answered rightly and told", async () => {
  const { feed, sightings, port } = await feedWith()
  const start = await radclient(port, startOf('s1', ',Message-Authenticator=0x00'))
  expect(start).toMatchObject({ code: 0 })
  expect(start.out).toContain('Received Accounting-Response')
  const framed = ',Framed-IP-Address=10.1.0.7,Framed-IPv6-Address=2001:db8::7'
  await radclient(port, startOf('s1', framed).replace('=Start', '=Interim-Update'))
  await radclient(port, startOf('s1').replace('=Start', '=Stop'))
  expect(sightings).toMatchObject([
    { mac: 'da:a1:19:00:00:02', account: 'jo@school.example', place: 'ap-library', addresses: [] },
    { addresses: ['10.1.0.7', '2001:db8::7'], ended: false },
    { addresses: ['10.1.0.7', '2001:db8::7'], ended: true },
  ])
  expect(reading(feed, 'schoolgate_radius_packets_total', 'taken')).toBe(3)
})

test('radclient with another secret hears nothing, and it is counted and logged', async () => {
  const { feed, sightings, port, lines } = await feedWith()
  const { code, err, out } = await radclient(port, startOf('s1'), 'not-the-secret-of-ours', 1)
  expect(code).not.toBe(0)
  expect(out + err).toMatch(/No reply/)
  expect(sightings).toEqual([])
  expect(reading(feed, 'schoolgate_radius_packets_total', 'wrong_secret')).toBe(1)
  expect(lines).toEqual([{ nas: '127.0.0.1' }])
})

test('FreeRADIUS disconnects a device that is reported lost, and one that joins while it is', async () => {
  const nas = await freeRadius('s1')
  const { feed, port, lines } = await feedWith(nas.port)
  feed.follow(schoolWith('approved'))
  await radclient(port, startOf('s1'))
  expect(reading(feed, 'schoolgate_radius_disconnects_total', 'ack')).toBe(0)
  feed.follow(schoolWith('lost'))
  await until(
    () => reading(feed, 'schoolgate_radius_disconnects_total', 'ack'),
    (count) => count === 1,
    50_000,
  )
  expect(lines).toContainEqual({ nas: 'wlc-1', answer: 'ack', state: 'lost' })
  expect(nas.log.some((line) => line.includes('Received Disconnect-Request'))).toBe(true)
}, 60_000)

test('a NAS that refuses, and one that knows no such session, are told apart', async () => {
  const nas = await freeRadius('another session')
  const { feed, port } = await feedWith(nas.port)
  feed.follow(schoolWith('confiscated'))
  await radclient(port, startOf('s1'))
  await until(
    () => reading(feed, 'schoolgate_radius_disconnects_total', 'nak'),
    (count) => count === 1,
    50_000,
  )
}, 60_000)

test('a NAS that lost the first request gets the same again, signed, and its answer counts', async () => {
  const nas = createSocket('udp4')
  const requests: Buffer[] = []
  nas.on('message', (request, { port }) => {
    requests.push(request)
    // The first answer is forged, the second is the NAS's own.
    const secret = requests.length === 1 ? 'not-the-secret-of-ours' : SECRET
    nas.send(answerOf(request, { code: 42, attributes: [[101, 503]], secret }), port, '127.0.0.1')
  })
  nas.bind(0, '127.0.0.1')
  await once(nas, 'listening')
  onTestFinished(() => void nas.close())
  const { feed, port } = await feedWith(nas.address().port)
  feed.follow(schoolWith('suspended'))
  await radclient(port, startOf('s1'))
  await until(
    () => reading(feed, 'schoolgate_radius_disconnects_total', 'gone'),
    (count) => count === 1,
    50_000,
  )
  const [first, second] = requests
  expect(first).toEqual(second)
  expect(first !== undefined && isSigned(first)).toBe(true)
  expect(reading(feed, 'schoolgate_radius_disconnects_total', 'repeated')).toBeGreaterThan(0)
}, 60_000)

test('secrets that are missing keep the gate from starting; broken later, the former ones count', async () => {
  const { feed, secretsFile, port, sightings } = await feedWith()
  writeFileSync(secretsFile, 'nonsense\n')
  feed.follow(schoolWith('approved'))
  expect(feed.problem()).toMatch(/:1: not `ADDRESS SECRET`; the former secrets count$/)
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  socket.send(
    requestOf([
      [40, 1],
      [44, 's1'],
    ]),
    port,
    '127.0.0.1',
  )
  await once(socket, 'message')
  expect(sightings).toHaveLength(1)
  writeFileSync(secretsFile, `127.0.0.1 ${SECRET}\n`)
  feed.follow(schoolWith('approved'))
  expect(feed.problem()).toBeNull()
  const nowhere = new RadiusFeed(
    {
      ...{ listen: { host: '127.0.0.1', port: 0 }, secretsFile: '/nowhere', placeFrom: [] },
      ...{ disconnectPort: null, requireMessageAuthenticator: false },
    },
    { clock: () => 0, log: { info: () => undefined, warn: () => undefined } },
  )
  await expect(nowhere.start(() => undefined)).rejects.toThrow(GateRefused)
})
