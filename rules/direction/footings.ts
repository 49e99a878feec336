import { profileActions } from '../content/profile-actions.ts'
import type { CompiledProfile } from '../content/judge-content.ts'
import type { AccessQuestion } from '../access/judge-access.ts'
import type { Stance } from '../decider.ts'
import { Engine } from '../engine.ts'
import { ImageBuilder } from '../lists/image-builder.ts'
import { ListImage } from '../lists/list-image.ts'
import { NO_PERMISSIONS } from '../permissions/permissions.ts'
import type { Policy } from '../policy/policy.ts'
import { contentSide, type ContentSide } from './content-answers.ts'

/** A stance as far as it makes a difference to what is answered; equal ones are the same object. */
export interface Footing {
  /** Place among its policy's footings. */
  readonly index: number
  readonly content: ContentSide
  /** Held back in `portal` or `quarantine` until something is put right. */
  readonly confined: boolean
  /** The refusal itself is reported at once. */
  readonly alert: boolean
  /** Why access is denied, or the device held back; else null. */
  readonly reason: string | null
  readonly label: string
}

const PLAIN = { permissions: NO_PERMISSIONS, names: [] }

/** A policy's access stage, asked of its own engine. */
export class Footings {
  readonly #engine: Engine
  readonly #profiles: ReadonlyMap<string, CompiledProfile>
  readonly #byStance = new Map<Stance, Footing>()
  readonly #byKey = new Map<string, Footing>()

  constructor(policy: Policy) {
    const image = emptyImage()
    // No name is asked of it, so it needs no list and none of the policy's hosts.
    this.#engine = new Engine({ revision: 0, policy, ...PLAIN, lists: image, policyImage: image })
    this.#profiles = new Map(
      policy.profiles.map((profile) => [
        profile.id,
        { policy: profile, actions: profileActions(profile) },
      ]),
    )
  }

  at(question: AccessQuestion): Footing {
    const stance = this.#engine.judge(question, question.moment.from)
    let footing = this.#byStance.get(stance)
    if (footing === undefined) {
      footing = this.#intern(stance)
      this.#byStance.set(stance, footing)
    }
    return footing
  }

  /** The content stage of a profile, whoever gets it. */
  contentOf(profile: string, timedOpen: boolean): ContentSide {
    return contentSide(this.#profiles.get(profile) ?? null, timedOpen)
  }

  #intern({ profile, reasonCode, alert, timedOpen }: Stance): Footing {
    const content = this.contentOf(profile ?? '', timedOpen)
    const confined = content.profile !== null && reasonCode !== null
    const label = labelOf(content, reasonCode ?? 'default')
    const key = `${label}|${confined}|${alert}`
    let footing = this.#byKey.get(key)
    if (footing === undefined) {
      footing = { index: this.#byKey.size, content, confined, alert, reason: reasonCode, label }
      this.#byKey.set(key, footing)
    }
    return footing
  }
}

function labelOf({ profile, timedOpen }: ContentSide, reasonCode: string): string {
  if (profile === null) return `refused (\`${reasonCode}\`)`
  return timedOpen ? `\`${profile.policy.id}\` with its timed sites` : `\`${profile.policy.id}\``
}

function emptyImage(): ListImage {
  const built = new ImageBuilder({ seed: [0, 0], builtAt: '' }).finish()
  const image = built instanceof SharedArrayBuffer ? ListImage.open(built) : built
  if (!(image instanceof ListImage)) throw new Error(image.problem)
  return image
}
