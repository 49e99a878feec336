import { collectPolicyNames } from '../../rules/content/policy-names.ts'
import { Engine } from '../../rules/engine.ts'
import { ListImage } from '../../rules/lists/list-image.ts'
import type { Permissions } from '../../rules/permissions/permissions.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import type { DeviceFacts } from '../../rules/subject.ts'
import { openSealed, type SealedBundle } from '../sealed/sealed-bundle.ts'
import type { BindingReader } from '../clients/binding-table.ts'
import { PostureFacts } from '../clients/posture-facts.ts'
import { SubjectTable, type IsSpent } from '../clients/subject-table.ts'

/**
 * One revision as it travels to the data threads: plain data and two shared images, so that a swap
 * copies a few kilobytes and shares the megabytes.
 */
export interface Bundle {
  readonly revision: number
  readonly policy: Policy
  readonly permissions: Permissions
  readonly devices: readonly DeviceFacts[]
  readonly stranger: DeviceFacts | null
  readonly listImage: SharedArrayBuffer
  readonly policyImage: SharedArrayBuffer
  /** Null where no sealed feed is configured. */
  readonly sealed: SealedBundle | null
}

/** A revision in force: who is where, and what is decided for them. */
export interface Revision {
  readonly engine: Engine
  readonly subjects: SubjectTable
}

/** What a data thread has for longer than one revision. */
export interface ThreadClients {
  /** Its numbers for subjects. */
  readonly indices: { next: number }
  /** Who is at which address just now, by what sources tell. */
  readonly bindings: BindingReader | null
  /** What its devices last reported of themselves. */
  readonly postures?: PostureFacts
  /** Whether a device has used up its quota. */
  readonly isSpent?: IsSpent
}

/**
 * Without `clients` addresses are only what the register says of them, as for a probe. Throws for an image that
 * can't be opened: bundles are made and probed by the control thread.
 */
export function openBundle(bundle: Bundle, clients: ThreadClients | null = null): Revision {
  const engine = new Engine({
    revision: bundle.revision,
    policy: bundle.policy,
    permissions: bundle.permissions,
    lists: imageOf(bundle.listImage, 'lists'),
    names: collectPolicyNames(bundle.policy, bundle.permissions),
    policyImage: imageOf(bundle.policyImage, 'policy names'),
    sealed: bundle.sealed === null ? null : openSealed(bundle.sealed),
  })
  const { policy, devices, stranger } = bundle
  const { indices = { next: 0 }, bindings = null, postures = new PostureFacts() } = clients ?? {}
  const facts = { engine, policy, devices, stranger, indices, bindings, postures }
  const isSpent = clients?.isSpent
  const subjects = new SubjectTable(isSpent === undefined ? facts : { ...facts, isSpent })
  return { engine, subjects }
}

/** Whoever made the bundle has checked its images; a data thread that takes it over must not pause. */
function imageOf(buffer: SharedArrayBuffer, what: string): ListImage {
  const opened = ListImage.trust(buffer)
  if (opened instanceof ListImage) return opened
  throw new Error(`the image of the ${what} can't be opened: ${opened.problem}`)
}
