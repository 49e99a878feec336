import type { RadiusSession } from './sessions.ts'
import type { DisconnectAnswer } from './disconnect.ts'

/**
 * RFC 5080 section 2.2.1: the same packet again after a second, and each time after twice as long. The third is
 * within the 5 s in which a change is to be in force.
 */
const TRIES_AFTER_MS = [0, 1_000, 3_000, 7_000, 15_000] as const

/** After the last of them: a request of which nothing was heard is lost. */
const GIVE_UP_MS = 23_000

/** Up to a tenth more or less, so that a hundred requests are not sent again at once. */
const JITTER = 0.1

/** A device that joins again and again is put off again, each time a while later; also where its NAS never answers. */
const AGAIN_MS = 10_000
const MAX_AGAIN_MS = 600_000

/** One that stayed away for an hour begins anew. */
const FORGET_MS = 3_600_000

/** RFC 2865: the identifier is one octet. */
const MAX_UNDER_WAY = 256

/** What becomes of a request, and that it was sent again. */
export const DISCONNECTS = ['ack', 'gone', 'nak', 'unanswered', 'repeated'] as const
export type Disconnect = (typeof DISCONNECTS)[number]

export interface DisconnectorParts {
  /** Makes the request of a session; null where the gate shares no secret with its NAS any more. */
  readonly requestFor: (session: RadiusSession, id: number) => Request | null
  readonly send: (request: Request, nas: string) => void
  readonly onEnd: (session: RadiusSession, how: Exclude<Disconnect, 'repeated'>) => void
  readonly onRepeat: () => void
  /** In ms, monotonic. */
  readonly now: () => number
  /** In [0, 1). */
  readonly random: () => number
}

export interface Request {
  readonly packet: Buffer
  readonly secret: Buffer
}

interface UnderWay {
  readonly session: RadiusSession
  readonly request: Request
  readonly id: number
  readonly began: number
  tries: number
  nextAt: number
}

interface PutOff {
  times: number
  lastAt: number
}

/** Sends Disconnect-Requests until they are answered. No socket and no timer: `tick` says that time has passed. */
export class Disconnector {
  readonly #parts: DisconnectorParts
  readonly #underWay = new Map<number, UnderWay>()
  /** By session, those that wait for a free number or for their time. */
  readonly #waiting = new Map<string, { readonly session: RadiusSession; readonly at: number }>()
  /** By device. */
  readonly #putOff = new Map<string, PutOff>()
  #nextId = 0

  constructor(parts: DisconnectorParts) {
    this.#parts = parts
  }

  /** Wants the session ended; the same wish twice is one. */
  end(session: RadiusSession): void {
    if (this.#waiting.has(session.key) || this.#isUnderWay(session)) return
    const now = this.#parts.now()
    const who = whoOf(session)
    const known = this.#putOff.get(who) ?? { times: 0, lastAt: -Infinity }
    const times = now - known.lastAt > FORGET_MS ? 0 : known.times
    const pause = times === 0 ? 0 : Math.min(MAX_AGAIN_MS, AGAIN_MS * 2 ** (times - 1))
    this.#waiting.set(session.key, { session, at: Math.max(now, known.lastAt + pause) })
    this.tick()
  }

  /** Of a session that is not wanted any more, or may go on, no request is sent again. */
  keepOnly(isWanted: (session: RadiusSession) => boolean): void {
    for (const [key, { session }] of this.#waiting)
      if (!isWanted(session)) this.#waiting.delete(key)
    for (const [id, { session }] of this.#underWay)
      if (!isWanted(session)) this.#underWay.delete(id)
  }

  /** What an answer may be to: the request of this number to this NAS. */
  requestOf(id: number, nas: string): Request | null {
    const found = this.#underWay.get(id)
    return found?.session.nas === nas ? found.request : null
  }

  /** The NAS of the request with this number has said so, and `requestOf` has proven it. */
  answered(id: number, answer: DisconnectAnswer): void {
    const found = this.#underWay.get(id)
    if (found === undefined) return
    this.#underWay.delete(id)
    this.#parts.onEnd(found.session, answer)
  }

  /** Call often: sends what is due. */
  tick(): void {
    const now = this.#parts.now()
    for (const one of this.#underWay.values()) this.#goOn(one, now)
    for (const { session, at } of this.#waiting.values()) {
      if (this.#underWay.size >= MAX_UNDER_WAY) return
      if (at <= now) this.#begin(session, now)
    }
  }

  #goOn(one: UnderWay, now: number): void {
    if (now - one.began >= GIVE_UP_MS) {
      this.#underWay.delete(one.id)
      this.#parts.onEnd(one.session, 'unanswered')
    } else if (now >= one.nextAt) {
      this.#parts.onRepeat()
      this.#send(one)
    }
  }

  #begin(session: RadiusSession, now: number): void {
    this.#waiting.delete(session.key)
    const id = this.#freeId()
    const request = this.#parts.requestFor(session, id)
    if (request === null) return
    const who = whoOf(session)
    const known = this.#putOff.get(who)
    const times = known === undefined || now - known.lastAt > FORGET_MS ? 0 : known.times
    this.#putOff.delete(who)
    this.#putOff.set(who, { times: times + 1, lastAt: now })
    this.#forgetOld(now)
    const one = { session, request, id, began: now, tries: 0, nextAt: now }
    this.#underWay.set(id, one)
    this.#send(one)
  }

  #send(one: UnderWay): void {
    one.tries += 1
    const after = TRIES_AFTER_MS[one.tries] ?? GIVE_UP_MS
    const jitter = 1 + (this.#parts.random() * 2 - 1) * JITTER
    one.nextAt = one.began + after * jitter
    this.#parts.send(one.request, one.session.nas)
  }

  #isUnderWay({ key }: RadiusSession): boolean {
    for (const { session } of this.#underWay.values()) if (session.key === key) return true
    return false
  }

  /** In turn, so that a late answer to one that was given up is not taken for the next one's. */
  #freeId(): number {
    while (this.#underWay.has(this.#nextId)) this.#nextId = (this.#nextId + 1) % MAX_UNDER_WAY
    const id = this.#nextId
    this.#nextId = (id + 1) % MAX_UNDER_WAY
    return id
  }

  #forgetOld(now: number): void {
    for (const [who, { lastAt }] of this.#putOff) {
      if (now - lastAt <= FORGET_MS) return
      this.#putOff.delete(who)
    }
  }
}

/** Another session of the same device is put off later, too. */
function whoOf({ mac, account, key }: RadiusSession): string {
  return mac ?? account ?? key
}
