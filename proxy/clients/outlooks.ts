import type { Engine } from '../../rules/engine.ts'
import type { Stance } from '../../rules/decider.ts'
import type { DeviceFacts, ZoneFacts } from '../../rules/subject.ts'
import type { SchoolTime } from '../../rules/time/school-time.ts'

/**
 * How many edges ahead a stance is compared for `validUntil`: two weeks of a school with 15 edges a
 * day. For a stance that outlasts them (a pupil's phone is refused for ever) the next look ahead is
 * when half of them have passed, so that its end is known well before it comes.
 */
const MAX_EDGES_AHEAD = 200

/** Until when a device in a zone keeps its stance, as seen from one moment. */
interface Outlook {
  readonly stance: Stance
  /** Epoch ms, as are the others. */
  readonly from: number
  readonly validUntil: number
  readonly lookAgainAt: number
}

interface Who {
  readonly device: DeviceFacts | null
  readonly zone: ZoneFacts
}

/**
 * Until when stances last. Looking ahead is the dear part, some 400 microseconds; so it is done once for a
 * device in a zone and kept while the stance goes on. All strangers in a zone share one: forged addresses
 * cost no more.
 */
export class Outlooks {
  readonly #engine: Engine
  readonly #time: SchoolTime
  readonly #known = new Map<DeviceFacts | null, Map<string, Outlook>>()

  constructor(engine: Engine, time: SchoolTime) {
    this.#engine = engine
    this.#time = time
  }

  /** `stance` is what holds for them at `now` (gate time, epoch ms). */
  of(who: Who, stance: Stance, now: number): Outlook {
    let zones = this.#known.get(who.device)
    if (zones === undefined) this.#known.set(who.device, (zones = new Map<string, Outlook>()))
    const known = zones.get(who.zone.id)
    const holds = known !== undefined && known.from <= now && now < known.lookAgainAt
    if (holds && sameStance(known.stance, stance)) return known
    const outlook = this.#lookAhead(who, stance, now)
    zones.set(who.zone.id, outlook)
    return outlook
  }

  #lookAhead(who: Who, stance: Stance, now: number): Outlook {
    let edge = now
    let lookAgainAt = Infinity
    for (let seen = 0; seen < MAX_EDGES_AHEAD; seen += 1) {
      edge = Math.min(this.#time.nextEdge(edge), this.#engine.permissionEdge(who.device, edge))
      if (!Number.isFinite(edge)) return { stance, from: now, validUntil: edge, lookAgainAt: edge }
      if (seen === MAX_EDGES_AHEAD / 2) lookAgainAt = edge
      const then = this.#engine.judge({ ...who, moment: this.#time.at(edge) }, edge)
      if (!sameStance(then, stance))
        return { stance, from: now, validUntil: edge, lookAgainAt: edge }
    }
    return { stance, from: now, validUntil: Infinity, lookAgainAt }
  }
}

/** Stances of one engine are interned; the window's name alone does not change an answer. */
function sameStance(a: Stance, b: Stance): boolean {
  return (
    a === b ||
    (a.profile === b.profile &&
      a.reasonCode === b.reasonCode &&
      a.alert === b.alert &&
      a.ruleId === b.ruleId &&
      a.timedOpen === b.timedOpen &&
      a.permits === b.permits)
  )
}
