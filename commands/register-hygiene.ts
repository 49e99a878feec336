import type { Register } from '../records/register/register.ts'
import type { ListImage } from '../rules/lists/list-image.ts'
import { isException } from '../rules/lists/tag-sets.ts'
import type { Policy } from '../rules/policy/policy.ts'

/** What people decided beside the policy that could go from the register. */
export interface RegisterFinding {
  readonly kind: 'expired' | 'unused'
  readonly rule: string
  readonly place: string
  readonly message: string
}

/**
 * What is over at `at` (epoch ms), oldest first within its kind, and lesson packs that no lesson opens.
 * Lessons come by the dozen each day and leave the register by themselves, so they are counted.
 */
export function expiredObjects(register: Register, at: number): readonly RegisterFinding[] {
  const { grants, vouchers, sites, occasions } = register
  return [
    ...overIn(grants, at, { kind: 'grant', how: 'grants revoke' }),
    ...overIn(vouchers, at, { kind: 'voucher', how: null }),
    ...overIn(sites, at, { kind: 'site', how: 'sites remove' }),
    ...overIn(occasions, at, { kind: 'occasion', how: null }),
    ...overLessons(register, at),
    ...idlePacks(register),
  ]
}

interface Timed {
  readonly to: string
}

interface Kind {
  readonly kind: string
  /** The command that takes it out; null where it leaves by itself. */
  readonly how: string | null
}

function overIn(
  all: ReadonlyMap<string, Timed>,
  at: number,
  { kind, how }: Kind,
): readonly RegisterFinding[] {
  return [...all]
    .filter(([, { to }]) => Date.parse(to) <= at)
    .toSorted(([, one], [, other]) => Date.parse(one.to) - Date.parse(other.to))
    .map(([id, { to }]) => ({
      kind: 'expired',
      rule: `${kind}.${id}`,
      place: `register.${kind}s`,
      message: `\`${id}\` is over since ${to}${how === null ? '' : ` (\`${how} ${id}\` takes it out)`}`,
    }))
}

function overLessons({ lessons }: Register, at: number): readonly RegisterFinding[] {
  const over = [...lessons.values()].filter(({ to }) => Date.parse(to) <= at)
  if (over.length === 0) return []
  const message = `${over.length} of ${lessons.size} lessons are over; each leaves 400 days after its end`
  return [{ kind: 'expired', rule: 'lessons', place: 'register.lessons', message }]
}

/** A lesson stays in the register for 400 days after its end: longer than a school year. */
function idlePacks({ packs, lessons }: Register): readonly RegisterFinding[] {
  const used = new Set([...lessons.values()].map(({ pack }) => pack))
  return [...packs]
    .filter(([id]) => !used.has(id))
    .map(([id, { label }]) => ({
      kind: 'unused',
      rule: `pack.${id}`,
      place: 'register.packs',
      message: `no lesson of the last 400 days opened \`${id}\` (${label}) (\`lessons unpack ${id}\` takes it out)`,
    }))
}

/**
 * Corrections that the lists need no more, the policy's and the register's: they take a host from a category
 * in which no list has it, or put it where a list has it. Its subdomains may be in lists of their own.
 */
export function idleCorrections(
  { corrections }: Policy,
  image: ListImage,
): readonly RegisterFinding[] {
  return corrections.flatMap(({ id, host: { host }, remove, add }, index): RegisterFinding[] => {
    const holders = image.holders(host).filter(({ scope }) => !isException(scope))
    const categories = new Set(holders.map(({ list }) => list.category))
    const isIdle =
      (remove === null || !categories.has(remove)) && (add === null || categories.has(add))
    if (!isIdle) return []
    const words = [
      remove === null ? null : `no list has \`${host}\` itself in ${remove}`,
      add === null ? null : `a list has \`${host}\` in ${add}`,
    ].filter((part) => part !== null)
    const message = `\`${id}\` corrects nothing any more: ${words.join(', and ')}`
    const isRegistered = id.startsWith('correction.')
    const place = isRegistered ? 'register.corrections' : `corrections.${index}`
    return [{ kind: 'unused', rule: id, place, message }]
  })
}
