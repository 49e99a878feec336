import type { Sighting } from '../../../../rules/identity/sighting.ts'
import { readAccounting, type Accounting, type Place } from './accounting.ts'
import { ACCOUNTING_REQUEST, ACCOUNTING_RESPONSE, PROXY_STATE } from './numbers.ts'
import { readPacket, writePacket, type RadiusPacket } from './packet.ts'
import { Repeats } from './repeats.ts'
import type { NasSecrets } from './secrets-file.ts'
import { reporterOf, sessionOf, type RadiusSession, type RadiusSessions } from './sessions.ts'
import { authenticatorOf, isAuthentic, messageAuthenticator, sign } from './sign.ts'

/** What becomes of a packet. Only the first three are answered. */
export const OUTCOMES = [
  'taken',
  'repeated',
  /** Too old to say anything of now: a NAS that could not tell it for long, a wrong clock, or a replay. */
  'stale',
  'unknown_nas',
  'wrong_secret',
  'malformed',
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Beyond this a session told of is history (RFC 5176 section 3.3 takes 300 s for a replay). */
const MAX_AGE_SECONDS = 600

export interface AccountingDeskParts {
  readonly secrets: () => NasSecrets
  readonly sessions: RadiusSessions
  /** Where a session is, by the first of these that its NAS tells. */
  readonly placeFrom: readonly Place[]
  readonly requireMessageAuthenticator: boolean
  /** Gate time, epoch ms. */
  readonly clock: () => number
  /** The system's clock, epoch ms: what a NAS's clock is held against. */
  readonly systemClock: () => number
  readonly onSighting: (sighting: Sighting) => void
  /** Told of each session that goes on. */
  readonly onSession: (session: RadiusSession) => void
}

export interface Sender {
  readonly address: string
  readonly port: number
}

export interface Answered {
  readonly outcome: Outcome
  /** What goes back; null for nothing. */
  readonly answer: Buffer | null
}

/** Takes in Accounting-Requests (RFC 2866) and says what is answered. No socket; never throws. */
export class AccountingDesk {
  readonly #parts: AccountingDeskParts
  readonly #repeats = new Repeats()

  constructor(parts: AccountingDeskParts) {
    this.#parts = parts
  }

  receive(datagram: Buffer, sender: Sender): Answered {
    const { secrets, systemClock } = this.#parts
    // Before a single octet is read: most of what comes from strangers is no RADIUS.
    const secret = secrets().secretOf(sender.address)
    if (secret === null) return ignored('unknown_nas')
    const packet = readPacket(datagram)
    if (packet?.code !== ACCOUNTING_REQUEST) return ignored('malformed')
    if (!this.#isSigned(packet, secret)) return ignored('wrong_secret')
    const now = systemClock()
    const name = `${sender.address} ${sender.port} ${packet.id} ${authenticatorOf(packet.octets).toString('latin1')}`
    const known = this.#repeats.answerTo(name, now)
    if (known !== null) return { outcome: 'repeated', answer: known }
    const told = readAccounting(packet)
    if (told === null) return ignored('malformed')
    const outcome = this.#take(told, sender.address)
    const answer = answerTo(packet, secret)
    this.#repeats.remember(name, answer, now)
    return { outcome, answer }
  }

  #isSigned(packet: RadiusPacket, secret: Buffer): boolean {
    if (!isAuthentic(packet, secret)) return false
    const keyed = messageAuthenticator(packet, secret)
    return keyed === 'missing' ? !this.#parts.requireMessageAuthenticator : keyed === 'right'
  }

  #take(told: Accounting, nas: string): Outcome {
    const { clock, systemClock, sessions, onSession, placeFrom } = this.#parts
    const age =
      told.eventAt === null ? told.delay : Math.max(0, systemClock() / 1000 - told.eventAt)
    if (age > MAX_AGE_SECONDS) return 'stale'
    if (told.kind === 'on' || told.kind === 'off') {
      for (const over of sessions.endAllOf(nas, reporterOf(told, nas)))
        this.#tell({ ...over, at: clock() }, true)
      return 'taken'
    }
    if (told.kind === 'other') return 'taken'
    const session = sessionOf(told, { nas, at: clock() - age * 1000, placeFrom })
    if (told.kind === 'stop') {
      const over = sessions.end(session)
      if (over !== null) this.#tell(over, true)
      return 'taken'
    }
    const current = sessions.tell(session)
    this.#tell(current, false)
    onSession(current)
    return 'taken'
  }

  #tell({ reporter, addresses, mac, account, place, at }: RadiusSession, ended: boolean): void {
    this.#parts.onSighting({
      ...{ source: 'radius', reporter, addresses, mac, account, place, at, ended },
      ...{ device: null, hostName: null, until: null },
    })
  }
}

function ignored(outcome: Outcome): Answered {
  return { outcome, answer: null }
}

/**
 * RFC 2866 section 4.2: signed over the request's authenticator, with the Proxy-States that it brought. Without a
 * Message-Authenticator, because implementations differ in what it covers here.
 */
function answerTo(request: RadiusPacket, secret: Buffer): Buffer {
  const states = request.attributes.filter(
    ({ type, vendor }) => type === PROXY_STATE && vendor === 0,
  )
  const packet = writePacket({ code: ACCOUNTING_RESPONSE, id: request.id }, states)
  const requestAuthenticator = authenticatorOf(request.octets)
  return sign(packet, secret, { isKeyed: false, requestAuthenticator })
}
