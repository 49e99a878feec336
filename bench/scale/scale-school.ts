import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** How large a school is made. */
export interface ScaleSizes {
  readonly profiles: number
  /** Access rules and site rules together: one in twenty is an access rule. */
  readonly rules: number
  readonly devices: number
  /** Names on the lists: those of `../shared/data/merged` first, where that is there. */
  readonly names: number
}

/** What the issue asks for. */
export const FULL: ScaleSizes = {
  profiles: 200,
  rules: 10_000,
  devices: 100_000,
  names: 5_000_000,
}

/** One rule in so many is an access rule; the others are about sites. */
const ACCESS_SHARE = 20

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'policy.yaml')
const MERGED = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'merged')

/** The example policy with more profiles and rules; `edit` is in one site rule, so that one rule changes with it. */
export function scalePolicy({ profiles, rules }: ScaleSizes, edit = ''): string {
  const example = readFileSync(EXAMPLE, 'utf8')
  const own = [...example.matchAll(/^ {4}start_from:|^ {4}only:/gm)].length
  const groups = Math.max(1, profiles - own)
  const accessRules = Math.round(rules / ACCESS_SHARE)
  const lines = {
    profiles: textOf(groups, groupOf),
    access: textOf(accessRules, (n) => accessRuleOf(n, groups)),
    sites: textOf(rules - accessRules, (n) => siteRuleOf(n, groups, n === 0 ? edit : '')),
    lists: '',
  }
  const text = example
    .replace(/^profiles:\n/m, (head) => head + lines.profiles)
    .replace(/^access:\n/m, (head) => head + lines.access)
    .replace(/^sites:.*\n/m, () => `sites:\n${lines.sites}`)
  return text.replace(/^lists:\n(?:[ #].*\n|\n)*/m, 'lists:\n  - { id: scale, folder: lists }\n')
}

function textOf(count: number, entry: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => entry(n)).join('')
}

const COLUMNS = ['primary', 'secondary', 'sixth', 'staff'] as const

function groupOf(n: number): string {
  const column = COLUMNS[n % COLUMNS.length] ?? 'staff'
  const games = n % 2 === 0 ? 'allow' : 'block'
  return `  group_${n}:\n    label: group ${n}\n    start_from: ${column}\n    change: { media.games: ${games} }\n`
}

const TYPES = ['phone', 'watch', 'tablet', 'laptop', 'console'] as const

/** For devices of a type that few have, so that what devices get is decided further down, as in a real school. */
function accessRuleOf(n: number, groups: number): string {
  const type = TYPES[n % TYPES.length] ?? 'phone'
  return `  - id: scale-${n}\n    ownership: school\n    role: governor\n    type: ${type}\n    zone: library\n    during: lesson\n    profile: group_${n % groups}\n`
}

function siteRuleOf(n: number, groups: number, edit: string): string {
  const action = n % 3 === 0 ? 'block' : 'allow'
  return `  - id: scale-site-${n}\n    ${action}: [site-${n}.school-${n % 97}.example]\n    profiles: [group_${n % groups}]\n    because: Asked for in request ${n}${edit}.\n`
}

export const deviceAddress = (n: number): string =>
  `10.${(n >>> 16) + 1}.${(n >>> 8) & 255}.${n & 255}`

const HEAD = 'id,role,phase,year,ownership,type,state,aup,posture,address'

/** Half pupils' and half staff's, each with an address of its own. */
export function scaleDevices(count: number): string {
  const rows = Array.from({ length: count }, (_, n) => {
    const who = n % 2 === 0 ? 'pupil,secondary,9,school,tablet' : 'staff,,,school,laptop'
    return `device-${n},${who},approved,signed,ok,${deviceAddress(n)}`
  })
  return `${[HEAD, ...rows].join('\n')}\n`
}

/** A name that is on no real list. */
export const madeName = (n: number): string =>
  `${(Math.imul(n, 0x9e3779b1) >>> 0).toString(36)}-${n}.${n % 3 === 0 ? 'co.uk' : 'com'}`

/** Categories of the made names; real ones keep the file they come in. */
const CATEGORIES = [
  'media.games',
  'media.video_audio',
  'sec.malware',
  'comms.social',
  'life.shopping',
]

/** Writes the school's files into `folder`; the names that are on its lists, for queries, a sample of them. */
export function writeScaleSchool(folder: string, sizes: ScaleSizes): readonly string[] {
  mkdirSync(join(folder, 'lists'), { recursive: true })
  const gate =
    'site: scale\npolicy: policy.yaml\ndevices: devices.csv\nrecords: { directory: records }\n'
  writeFileSync(join(folder, 'gate.yaml'), gate)
  writeFileSync(join(folder, 'policy.yaml'), scalePolicy(sizes))
  writeFileSync(join(folder, 'devices.csv'), scaleDevices(sizes.devices))
  return writeLists(join(folder, 'lists'), sizes.names)
}

/** A prime, so that the sample is of every list. */
const SAMPLE_EVERY = 17

function writeLists(folder: string, names: number): readonly string[] {
  const real = realNames().slice(0, names)
  const all = real.concat(Array.from({ length: names - real.length }, (_, n) => madeName(n)))
  const share = Math.ceil(all.length / CATEGORIES.length)
  CATEGORIES.forEach((category, index) => {
    const part = all.slice(index * share, (index + 1) * share)
    writeFileSync(join(folder, `${category}.txt`), `${part.join('\n')}\n`)
  })
  return all.filter((_, index) => index % SAMPLE_EVERY === 0).slice(0, 200_000)
}

/** Distinct names of the lists that lie beside the clone; none where they do not. */
function realNames(): string[] {
  const files = filesIn(MERGED).filter((file) => /^(?!allowed_).*\.txt\.gz$/.test(file))
  const texts = files.map((file) => gunzipSync(readFileSync(join(MERGED, file))).toString('utf8'))
  return [...new Set(texts.flatMap((text) => text.split('\n').filter((line) => line !== '')))]
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
