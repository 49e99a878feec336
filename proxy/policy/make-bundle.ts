import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { buildPolicyNames, collectPolicyNames } from '../../rules/content/policy-names.ts'
import { ListImage } from '../../rules/lists/list-image.ts'
import { parsePolicy } from '../../rules/policy/parse-policy.ts'
import type { Policy } from '../../rules/policy/policy.ts'
import { describeProblem } from '../../rules/policy/yaml-source.ts'
import type { DeviceFacts } from '../../rules/subject.ts'
import type { Register } from '../../records/register/register.ts'
import type { Config } from '../config.ts'
import { compileInWorker } from '../lists/compile-in-worker.ts'
import { loadImage, writeImage } from '../lists/image-file.ts'
import type { ListSource, SourceReport } from '../lists/list-source.ts'
import type { Bundle } from './bundle.ts'
import { listSources } from './list-sources.ts'

export interface BundleOrder {
  readonly register: Register
  readonly config: Config
  /** The folder that paths of the configuration and the policy are relative to. */
  readonly directory: string
  /** Where compiled lists are kept between starts; null: nowhere. */
  readonly imageDirectory: string | null
}

export type MadeBundle =
  | {
      readonly ok: true
      readonly bundle: Bundle
      /** What a person must hear of: missing lists, bad lines. The bundle is good all the same. */
      readonly alarms: readonly string[]
      readonly reports: readonly SourceReport[]
    }
  | { readonly ok: false; readonly problems: readonly string[] }

/** One revision ready for the data threads: the register's policy, its devices and the compiled lists. */
export async function makeBundle(order: BundleOrder): Promise<MadeBundle> {
  const { register, config, directory } = order
  if (register.policy === null) return { ok: false, problems: ['the ledger holds no policy yet'] }
  const parsed = parsePolicy(register.policy.text, register.policy.name)
  if (!parsed.ok) return { ok: false, problems: parsed.problems.map(describeProblem) }
  const { policy } = parsed
  const { sources, missing } = listSources(policy, config, directory)
  const lists = await imageOf(sources, order.imageDirectory)
  if ('problem' in lists) return { ok: false, problems: [lists.problem] }
  const policyImage = buildPolicyNames(collectPolicyNames(policy), lists.opened.seed)
  if ('problem' in policyImage) return { ok: false, problems: [policyImage.problem] }
  return {
    ok: true,
    bundle: {
      revision: register.revision,
      policy,
      devices: [...register.devices.values()],
      stranger: strangerOf(config, policy),
      listImage: lists.image,
      policyImage,
    },
    alarms: [...missing, ...lists.reports.flatMap(alarmsOf)],
    reports: lists.reports,
  }
}

type Lists =
  | {
      readonly image: SharedArrayBuffer
      readonly opened: ListImage
      readonly reports: readonly SourceReport[]
    }
  | { readonly problem: string }

/** The lists as they lie on disk now: from the image of an earlier start when no file has changed since. */
async function imageOf(sources: readonly ListSource[], directory: string | null): Promise<Lists> {
  const path = directory === null ? null : join(directory, `lists-${fingerprint(sources)}.sgimage`)
  const kept = path === null ? null : await loadImage(path)
  if (kept instanceof SharedArrayBuffer) {
    const opened = ListImage.open(kept)
    if (opened instanceof ListImage) return { image: kept, opened, reports: [] }
  }
  const made = await compileInWorker(sources, { builtAt: new Date().toISOString() })
  if (made.image === null) return { problem: made.problem ?? 'the lists did not compile' }
  const opened = ListImage.open(made.image)
  if (!(opened instanceof ListImage)) return opened
  if (path !== null && directory !== null) await keepImage(directory, path, made.image)
  return { image: made.image, opened, reports: made.sources }
}

/** Only the newest image is kept: a school's disk is small and an image large. */
async function keepImage(directory: string, path: string, image: SharedArrayBuffer): Promise<void> {
  mkdirSync(directory, { recursive: true })
  await writeImage(path, image)
  for (const file of readdirSync(directory)) {
    const stale = /^lists-[0-9a-f]{16}\.sgimage$/.test(file) && join(directory, file) !== path
    if (stale) rmSync(join(directory, file), { force: true })
  }
}

/** Changes whenever a list is named otherwise or its file was touched. */
function fingerprint(sources: readonly ListSource[]): string {
  const facts = sources.map((source) => [source, ...filesAt(source.path).map(factsOf)])
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16)
}

function filesAt(path: string): readonly string[] {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  return isDirectory
    ? readdirSync(path)
        .sort()
        .map((file) => join(path, file))
    : [path]
}

function factsOf(path: string): readonly (string | number)[] {
  const facts = statSync(path, { throwIfNoEntry: false })
  return [path, facts?.size ?? -1, facts?.mtimeMs ?? -1]
}

function alarmsOf({ id, category, problem, badLines, lineProblems }: SourceReport): string[] {
  const name = `list \`${id}\` (${category})`
  const alarms = problem === null ? [] : [`${name}: ${problem}`]
  const [first] = lineProblems
  if (badLines > 0 && first !== undefined)
    alarms.push(
      `${name}: ${badLines} bad lines, the first at ${first.file}:${first.line}: ${first.message}`,
    )
  return alarms
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
