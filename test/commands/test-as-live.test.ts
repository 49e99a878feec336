import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openSchool } from '../../commands/open-school.ts'
import { readConfig, type LoadedConfig } from '../../commands/read-config.ts'
import { readSchool } from '../../commands/read-school.ts'
import { openBundle, type Revision } from '../../proxy/policy/bundle.ts'
import { policyProblems, schoolFilesOf } from '../../proxy/policy/school-files.ts'
import { openLedger } from '../../records/ledger/ledger.ts'
import { importFiles } from '../../records/register/import-files.ts'
import { RegisterView } from '../../records/register/register-view.ts'
import { verdictOf } from '../../rules/verdict-of.ts'
import type { Verdict } from '../../rules/verdict.ts'
import { CATEGORIES } from '../../rules/taxonomy/taxonomy.ts'
import { readExampleDevices, readExamplePolicy } from '../examples/example-engine.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { wireName } from '../support/wire-name.ts'

/**
 * `Test as`, which is `explain` on the dashboard, beside a data thread's own subjects and engine: the same
 * verdict, whoever asks where, when and for what. FUZZ_RUNS asks more than the 10,000 of requirements V40.
 */
const QUESTIONS = Math.max(10_000, Number(process.env['FUZZ_RUNS'] ?? 0))
const SEED = 20_261_125

const FOUNDED = Date.parse('2026-08-31T12:00:00Z')
const FIRST = Date.parse('2026-09-01T00:00:00Z')
const LAST = Date.parse('2027-08-01T00:00:00Z')

interface Question {
  readonly octet: number
  /** Third number of the address: the zone's network. */
  readonly place: number
  readonly at: number
  readonly url: string
}

test(
  'V40: test-as gives the decision and the reason of the live engine',
  async () => {
    const loaded = foundedSchool()
    const school = await openSchool(loaded, { now: () => FOUNDED, err: () => undefined })
    if (typeof school === 'string') throw new Error(school)
    await using opened = school
    const live = await liveRevision(loaded)
    const seen = new Set<string>()
    let asked = 0
    for (const question of fc.sample(questions, { numRuns: QUESTIONS, seed: SEED })) {
      const { url, at } = question
      const ip = `127.10.${question.place}.${question.octet}`
      const tested = await opened.school.testAs({ ip, url, at: new Date(at).toISOString() })
      if (typeof tested === 'string') throw new Error(tested)
      const answers = [liveByUrl(live, ip, question), liveByName(live, ip, question)]
      for (const answer of answers)
        if (answer !== null) expect([question, tested.verdict]).toEqual([question, answer])
      seen.add(`${String(tested.verdict.profile)} ${tested.verdict.action}`)
      asked += 1
    }
    expect(asked).toBe(QUESTIONS)
    expect(profilesIn(seen)).toEqual(PROFILES_OF_THE_YEAR)
    for (const action of ['allow', 'warn', 'restrict', 'block'])
      expect([...seen].some((word) => word.endsWith(action))).toBe(true)
  },
  60_000 + QUESTIONS * 5,
)

const POLICY = readExamplePolicy()

/** All but the one of an emergency, which nobody declares here; `null` is a denial. */
const PROFILES_OF_THE_YEAR = ['null', ...POLICY.profiles.map(({ id }) => id)]
  .filter((id) => id !== 'staff_emergency')
  .sort()

function profilesIn(seen: ReadonlySet<string>): readonly string[] {
  return [...new Set([...seen].map((word) => word.split(' ')[0] ?? ''))].sort()
}

/** Records of the example school, as its first start founds them. */
function foundedSchool(): LoadedConfig {
  const records = tempDirectory()
  const file = join(import.meta.dirname, '..', '..', 'examples', 'gate.yaml')
  const loaded = readConfig(file, [`records.directory=${records}`])
  if (typeof loaded === 'string') throw new Error(loaded)
  const ledger = openLedger(records, { site: 'ex' })
  const files = schoolFilesOf(loaded.config, loaded.directory)
  const view = new RegisterView(ledger)
  importFiles(files, FOUNDED, { site: 'ex', ledger, view, checkPolicy: policyProblems })
  ledger.close()
  return loaded
}

/** As a data thread has it: of a bundle that came by message, with numbers for its subjects. */
async function liveRevision(loaded: LoadedConfig): Promise<Revision> {
  const bundle = await readSchool(loaded)
  if (typeof bundle === 'string') throw new Error(bundle)
  return openBundle(structuredClone(bundle), { indices: { next: 0 }, bindings: null })
}

/** What the proxy decides of a request. */
function liveByUrl({ engine, subjects }: Revision, ip: string, { at, url }: Question): Verdict {
  const subject = subjects.at(ip, at)
  const { hostname, pathname, search } = new URL(url)
  return verdictOf(engine.decideUrl(subject.stance, hostname, pathname + search), subject)
}

/** What DNS decides of the name; null where the URL says more than its name. */
function liveByName({ engine, subjects }: Revision, ip: string, { at, url }: Question) {
  const { hostname, pathname } = new URL(url)
  if (pathname !== '/') return null
  const subject = subjects.at(ip, at)
  return verdictOf(engine.decideWire(subject.stance, wireName(hostname), 0), subject)
}

/** Any of the devices, a stranger among them, in any network, and one of none. */
const octets = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...devicesOctets()) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 254 }) },
)
const places = fc.constantFrom(10, 11, 12, 13, 14, 15, 20, 21, 22, 30, 31, 99)

/** Any second of the year, any bell to the millisecond, and the exams. */
const moments = fc.oneof(
  fc.integer({ min: FIRST, max: LAST }),
  fc
    .tuple(
      fc.integer({ min: 0, max: 333 }),
      fc.integer({ min: 28, max: 72 }),
      fc.integer({ min: -1, max: 1 }),
    )
    .map(([day, quarter, ms]) => FIRST + day * 86_400_000 + quarter * 900_000 + ms),
  fc.integer({ min: Date.parse('2027-01-12T08:30:00Z'), max: Date.parse('2027-01-12T17:00:00Z') }),
)

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/)
const listed = fc.constantFrom(
  ...CATEGORIES.map(({ id }) => `${id.replaceAll(/[._]/g, '-')}.cat.test`),
  ...mustAllow(),
  ...['bbc.co.uk', 'www.google.com', 'www.youtube.com', 'duckduckgo.com', 'my.glucose.example'],
  ...['schoolgate.internal', 'mixed-host.cat.test', 'localhost', '1.1.1.1', '192.168.0.1'],
)
const hosts = fc.oneof(
  { weight: 5, arbitrary: listed },
  { weight: 2, arbitrary: fc.tuple(label, listed).map(([sub, host]) => `${sub}.${host}`) },
  {
    weight: 1,
    arbitrary: fc.array(label, { minLength: 1, maxLength: 5 }).map((all) => all.join('.')),
  },
)
const paths = fc.constantFrom('/', '/', '/', '/sealed/', '/sealed/x?y=1', '/watch?v=1')
const urls = fc
  .tuple(hosts, paths)
  .map(([host, path]) => `http://${host}${path}`)
  .filter((url) => URL.canParse(url))

const questions: fc.Arbitrary<Question> = fc.record({
  ...{ octet: octets, place: places, at: moments, url: urls },
})

function devicesOctets(): readonly number[] {
  return [...readExampleDevices().values()].flatMap(({ octet }) => octet ?? [])
}

function mustAllow(): readonly string[] {
  const file = join(import.meta.dirname, '..', 'acceptance', 'must-allow.txt')
  return readFileSync(file, 'utf8').trim().split('\n')
}
