import { buildPolicyNames, collectPolicyNames } from '../../rules/content/policy-names.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import type { DeviceFacts } from '../../rules/subject.ts'
import { agreedDevices } from '../../records/register/agreed-devices.ts'
import { permissionsOf } from '../../records/register/permissions-of.ts'
import type { Register } from '../../records/register/register.ts'
import type { Config } from '../config.ts'
import { feedSources } from '../lists/feeds/feed-sources.ts'
import type { SealedBundle } from '../sealed/sealed-bundle.ts'
import { SealedKeeper } from '../sealed/sealed-keeper.ts'
import type { Bundle } from './bundle.ts'
import type { DeviceMemory } from './device-memory.ts'
import { listSources } from './list-sources.ts'
import { obtainLists } from './obtain-lists.ts'
import { policyOf, type PolicyMemory } from './policy-memory.ts'
import { UNCHAINED, unchainedZones } from './unchained-zones.ts'
import { recordsDirectoryOf } from './school-files.ts'

export interface BundleOrder {
  readonly register: Register
  readonly config: Config
  /** The folder that paths of the configuration and the policy are relative to. */
  readonly directory: string
  /** Where compiled lists are kept between starts; null: nowhere. */
  readonly imageDirectory: string | null
  /** For a caller that makes several bundles of the same lists; else `obtainLists`. */
  readonly obtain?: typeof obtainLists
  /** Epoch ms: what was over long before it is left out of the bundle; without it nothing is. */
  readonly at?: number
  /** For a caller that makes one revision after the other: the same array where no device has changed. */
  readonly devicesOf?: DeviceMemory['listOf']
  /** The same object where nothing of the policy has changed; else `policyOf`. */
  readonly policyOf?: PolicyMemory['policyOf']
  /** The sealed feeds in force; without it the configured files are looked at. */
  readonly sealed?: SealedBundle | null
}

export type MadeBundle =
  | {
      readonly ok: true
      readonly bundle: Bundle
      /** What a person must hear of: missing lists, bad lines. The bundle is good all the same. */
      readonly alarms: readonly string[]
    }
  | { readonly ok: false; readonly problems: readonly string[] }

/** One revision ready for the data threads: the register's policy, its devices and the compiled lists. */
export async function makeBundle(order: BundleOrder): Promise<MadeBundle> {
  const { register, config, directory } = order
  const read = (order.policyOf ?? policyOf)(register)
  if (!read.ok) return read
  const { policy } = read
  const obtain = order.obtain ?? obtainLists
  const feeds = feedSources(recordsDirectoryOf(config, directory), register.listChoices)
  const found = listSources(policy, config, directory, feeds)
  const lists = await obtain(found, order.imageDirectory)
  if ('problem' in lists) return { ok: false, problems: [lists.problem] }
  const permissions = permissionsOf(register, policy, order.at)
  const names = collectPolicyNames(policy, permissions)
  const policyImage = buildPolicyNames(names, lists.opened.seed)
  if ('problem' in policyImage) return { ok: false, problems: [policyImage.problem] }
  return {
    ok: true,
    bundle: {
      revision: register.revision,
      policy,
      permissions,
      devices: (order.devicesOf ?? agreedDevices)(register, policy.agreements),
      stranger: strangerOf(config, policy),
      listImage: lists.image,
      policyImage,
      sealed: order.sealed === undefined ? lookAtSealed(config, directory) : order.sealed,
    },
    alarms: [
      ...found.awaited,
      ...lists.alarms,
      ...unchainedZones(policy, config).map((zone) => `zone \`${zone}\`: ${UNCHAINED}`),
    ],
  }
}

/** For commands: as the gate sees the feeds, with the copies that it keeps, and nothing is written. */
function lookAtSealed(config: Config, directory: string): SealedBundle | null {
  const records = recordsDirectoryOf(config, directory)
  return new SealedKeeper({ config, directory, records, keeps: false }).read()
}

/** `subjects.default` as a device: registered, agreement signed, security state in order. */
function strangerOf({ subjects }: Config, policy: Policy): DeviceFacts | null {
  const stranger = subjects.default
  if (stranger === null) return null
  return {
    id: 'default',
    personRef: null,
    role: stranger.role,
    phase: stranger.phase ?? (stranger.role === 'pupil' ? (policy.school.phases[0] ?? null) : null),
    year: null,
    ownership: stranger.ownership,
    type: stranger.type,
    state: 'approved',
    aup: 'signed',
    posture: 'ok',
    grant: null,
    voucher: stranger.role === 'visitor' ? 'active' : null,
    examCandidate: false,
    carriesCa: stranger.ownership === 'school',
    octet: null,
    addresses: [],
  }
}
