import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIP } from 'node:net'
import type { Sighting } from '../../../../rules/identity/sighting.ts'
import { reasonOfState } from '../../../../rules/access/judge-access.ts'
import type { Endpoint } from '../../../endpoint.ts'
import { GateRefused } from '../../../gate-refused.ts'
import { listening } from '../../../listening.ts'
import type { Reading } from '../../../metrics/metrics-server.ts'
import { plainAddress } from '../../zone-map.ts'
import type { FeedSchool, SightingFeed } from '../sighting-feed.ts'
import type { Place } from './accounting.ts'
import { AccountingDesk, OUTCOMES, type Outcome } from './accounting-desk.ts'
import { disconnectRequest, readDisconnectAnswer } from './disconnect.ts'
import { Disconnector, DISCONNECTS, type Disconnect } from './disconnector.ts'
import { readSecrets, type NasSecrets } from './secrets-file.ts'
import { SeldomLog } from './seldom-log.ts'
import { RadiusSessions, type RadiusSession } from './sessions.ts'

/** Bursts of a site's access points after a power cut: some thousand packets at once. */
const RECEIVE_BUFFER_OCTETS = 4 * 1024 * 1024

/** How often what is under way is looked at. */
const TICK_MS = 250

export interface RadiusSettings {
  readonly listen: Endpoint
  /** A path that stands by itself. */
  readonly secretsFile: string
  readonly placeFrom: readonly Place[]
  readonly requireMessageAuthenticator: boolean
  /** The port of the NAS that takes Disconnect-Requests; null: none is sent. */
  readonly disconnectPort: number | null
}

export interface RadiusContext {
  /** Gate time, epoch ms. */
  readonly clock: () => number
  readonly log: {
    info(details: object, message: string): void
    warn(details: object, message: string): void
  }
}

/** RADIUS accounting as a source, and Disconnect-Requests for devices that may not be on the network. */
export class RadiusFeed implements SightingFeed {
  readonly name = 'radius'
  readonly #settings: RadiusSettings
  readonly #context: RadiusContext
  readonly #log: SeldomLog
  readonly #sessions = new RadiusSessions()
  readonly #desk: AccountingDesk
  readonly #disconnector: Disconnector
  readonly #packets = new Map<Outcome, number>(OUTCOMES.map((outcome) => [outcome, 0]))
  readonly #disconnects = new Map<Disconnect, number>(DISCONNECTS.map((how) => [how, 0]))
  #secrets: NasSecrets = { secretOf: () => null }
  #school: FeedSchool | null = null
  #accounting: Socket | null = null
  #disconnecting: Socket | null = null
  #ticking: NodeJS.Timeout | null = null
  #lookAt = 0
  #problem: string | null = null
  #tell: (sighting: Sighting) => void = () => undefined

  constructor(settings: RadiusSettings, context: RadiusContext) {
    this.#settings = settings
    this.#context = context
    this.#log = new SeldomLog(context.log)
    const { placeFrom, requireMessageAuthenticator } = settings
    this.#desk = new AccountingDesk({
      ...{ placeFrom, requireMessageAuthenticator, sessions: this.#sessions },
      ...{ clock: context.clock, systemClock: Date.now, secrets: () => this.#secrets },
      onSighting: (sighting) => {
        this.#tell(sighting)
      },
      onSession: (session) => {
        this.#judge(session)
      },
    })
    this.#disconnector = new Disconnector({
      ...{ now: () => performance.now(), random: Math.random },
      requestFor: (session, id) => this.#requestFor(session, id),
      send: ({ packet }, nas) => {
        this.#disconnecting?.send(packet, settings.disconnectPort ?? 0, nas)
      },
      onEnd: (session, how) => {
        this.#ended(session, how)
      },
      onRepeat: () => {
        count(this.#disconnects, 'repeated')
      },
    })
  }

  async start(onSighting: (sighting: Sighting) => void): Promise<void> {
    const { listen, secretsFile, disconnectPort } = this.#settings
    const secrets = readSecrets(secretsFile)
    if (typeof secrets === 'string') throw new GateRefused(`clients.sources.radius: ${secrets}`)
    this.#secrets = secrets
    this.#tell = onSighting
    const accounting = socketFor(listen.host)
    this.#accounting = accounting
    accounting.on('message', (datagram, from) => {
      this.#receive(datagram, from)
    })
    await listening(listen, () => bind(accounting, listen))
    accounting.setRecvBufferSize(RECEIVE_BUFFER_OCTETS)
    if (disconnectPort !== null) await this.#openDisconnecting(listen.host)
    this.#ticking = setInterval(() => {
      this.#tick()
    }, TICK_MS)
  }

  async stop(): Promise<void> {
    if (this.#ticking !== null) clearInterval(this.#ticking)
    this.#tell = () => undefined
    for (const socket of [this.#accounting, this.#disconnecting])
      if (socket !== null)
        await new Promise<void>((resolve) => {
          socket.close(resolve)
        })
  }

  problem(): string | null {
    return this.#problem
  }

  get endpoint(): Endpoint | null {
    if (this.#accounting === null) return null
    const { address, port } = this.#accounting.address()
    return { host: address, port }
  }

  /** Another revision: the secrets are read anew, and whoever may not be on the network any more is put off it. */
  follow(school: FeedSchool): void {
    this.#school = school
    const secrets = readSecrets(this.#settings.secretsFile)
    this.#problem = typeof secrets === 'string' ? `${secrets}; the former secrets count` : null
    if (typeof secrets !== 'string') this.#secrets = secrets
    this.#disconnector.keepOnly((session) => this.#barringReason(session) !== null)
    this.#judgeAll()
  }

  readings(): readonly Reading[] {
    return [
      ...[...this.#packets].map(([outcome, n]): Reading => [
        'schoolgate_radius_packets_total',
        { outcome },
        n,
      ]),
      ...[...this.#disconnects].map(([outcome, n]): Reading => [
        'schoolgate_radius_disconnects_total',
        { outcome },
        n,
      ]),
      ['schoolgate_radius_sessions', {}, this.#sessions.size],
    ]
  }

  #receive(datagram: Buffer, from: RemoteInfo): void {
    const sender = { address: plainAddress(from.address), port: from.port }
    const { outcome, answer } = this.#desk.receive(datagram, sender)
    count(this.#packets, outcome)
    if (answer !== null) this.#accounting?.send(answer, from.port, from.address)
    if (outcome === 'taken' || outcome === 'repeated') return
    this.#log.warn(outcome, { nas: sender.address }, `RADIUS packets dropped: ${WORDS[outcome]}`)
  }

  async #openDisconnecting(host: string): Promise<void> {
    const socket = socketFor(host)
    this.#disconnecting = socket
    socket.on('message', (datagram, { address }) => {
      this.#receiveAnswer(datagram, plainAddress(address))
    })
    await bind(socket, { host, port: 0 })
  }

  #receiveAnswer(datagram: Buffer, nas: string): void {
    const id = datagram.length < 2 ? -1 : datagram.readUInt8(1)
    const request = this.#disconnector.requestOf(id, nas)
    if (request === null) return
    const answer = readDisconnectAnswer(datagram, request.packet, request.secret)
    if (answer === null)
      this.#log.warn('answer', { nas }, 'answers to Disconnect-Requests dropped: not signed')
    else this.#disconnector.answered(id, answer)
  }

  #tick(): void {
    this.#disconnector.tick()
    const now = performance.now()
    if (now < this.#lookAt) return
    this.#lookAt = now + LOOK_AGAIN_MS
    this.#judgeAll()
  }

  #judgeAll(): void {
    if (this.#settings.disconnectPort === null) return
    for (const session of this.#sessions.all()) this.#judge(session)
  }

  #judge(session: RadiusSession): void {
    if (this.#settings.disconnectPort === null) return
    if (this.#barringReason(session) !== null) this.#disconnector.end(session)
  }

  /** Why its device may not be on the network; null where it may, or where which one it is nobody knows. */
  #barringReason(session: RadiusSession): string | null {
    const school = this.#school
    if (school === null || !this.#sessions.has(session)) return null
    const { register, deviceAt } = school
    const { account, mac, addresses } = session
    const ids = [
      account === null ? null : register.deviceOfAccount(account),
      mac === null ? null : register.deviceOfMac(mac),
    ]
    const named = ids.map((id) => (id === null ? null : register.device(id)))
    for (const device of [...named, ...addresses.map(deviceAt)]) {
      const reason = device === null ? null : reasonOfState(device.state)
      if (reason !== null) return reason
    }
    return null
  }

  #requestFor(session: RadiusSession, id: number) {
    const secret = this.#secrets.secretOf(session.nas)
    if (secret === null || this.#barringReason(session) === null) return null
    return { packet: disconnectRequest(session, { id, secret, at: Date.now() }), secret }
  }

  #ended(session: RadiusSession, how: Exclude<Disconnect, 'repeated'>): void {
    count(this.#disconnects, how)
    const details = { nas: session.reporter, answer: how, state: this.#barringReason(session) }
    const { log } = this.#context
    if (how === 'ack' || how === 'gone') log.info(details, 'a barred device was disconnected')
    else this.#log.warn(how, details, 'an access point did not disconnect a barred device')
    // Whoever is still there is asked for again, a while later; a Stop takes the session away.
    if (how !== 'ack' && how !== 'gone') this.#judge(session)
  }
}

/** What sessions' devices are may be known only after their lease is. */
const LOOK_AGAIN_MS = 30_000

const WORDS: Readonly<Record<Outcome, string>> = {
  taken: '',
  repeated: '',
  stale: 'what they tell of is ten minutes old or more (or the clock of the access point is wrong)',
  unknown_nas: 'nobody named their sender in the file of secrets',
  wrong_secret: 'they are not signed with the secret of their sender',
  malformed: 'they are no Accounting-Requests',
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function socketFor(host: string): Socket {
  return createSocket({ type: isIP(host) === 6 ? 'udp6' : 'udp4' })
}

function bind(socket: Socket, { host, port }: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, () => {
      socket.off('error', reject)
      // What a NAS's host answers (ICMP) must not end the gate.
      socket.on('error', () => undefined)
      resolve()
    })
  })
}
