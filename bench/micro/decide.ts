/**
 * The decision of the example school: name in, ruling out, nothing of protocols. One case per way
 * through the engine; the policy's own names and the lists are both looked up in every one.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../../commands/read-config.ts'
import { readSchool } from '../../commands/read-school.ts'
import { openBundle } from '../../proxy/policy/bundle.ts'
import { makeSealedBundle } from '../../proxy/sealed/sealed-bundle.ts'
import { feedOf, HASH_KEY } from '../../test/support/sealed-names.ts'
import { wireName } from '../../test/support/wire-name.ts'
import { measure } from './measure.ts'

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples')
const LESSON = Date.parse('2026-11-24T10:30:00Z')

const loaded = readConfig(join(EXAMPLES, 'gate.yaml'), ['records.directory=none'])
if (typeof loaded === 'string') throw new Error(loaded)
const bundle = await readSchool(loaded)
if (typeof bundle === 'string') throw new Error(bundle)
const { engine, subjects } = openBundle(bundle)

const teacher = subjects.at('127.10.20.7', LESSON)
const listed = starterHosts()
const deep = listed.map((host) => `a.b.c.${host}`)
const unlisted = listed.map((host) => `x${host}`)

measure('decide: listed name, wire', listed.map(wireName), (bytes) =>
  engine.decideWire(teacher.stance, bytes, 0),
)
measure('decide: five labels, listed parent, wire', deep.map(wireName), (bytes) =>
  engine.decideWire(teacher.stance, bytes, 0),
)
measure('decide: name on no list, wire', unlisted.map(wireName), (bytes) =>
  engine.decideWire(teacher.stance, bytes, 0),
)
measure('decide: listed name, text', listed, (host) => engine.decideHost(teacher.stance, host))
measure('decide: URL of a listed name', listed, (host) =>
  engine.decideUrl(teacher.stance, host, '/a/b?c=d'),
)
const allowed = engine.decideHost(teacher.stance, 'www.example.org')
measure('decide: alias target on no list', unlisted.map(wireName), (bytes) =>
  engine.judgeTarget(teacher.stance, allowed, bytes, 0),
)
// As many entries as the licensed lists have; the example's feeds have four.
const real = openBundle({ ...bundle, sealed: makeSealedBundle([tenThousand()], [], HASH_KEY) })
const sealedTeacher = real.subjects.at('127.10.20.7', LESSON)
measure('decide: name on no list, 10,000 sealed entries, wire', unlisted.map(wireName), (bytes) =>
  real.engine.decideWire(sealedTeacher.stance, bytes, 0),
)
measure('decide: sealed name, wire', [wireName('www.sealed-7.example')], (bytes) =>
  real.engine.decideWire(sealedTeacher.stance, bytes, 0),
)
measure('subject at a known address', addressesOf('127.10.20'), (address) =>
  subjects.at(address, LESSON),
)
measure('subject and stance anew for each window edge', [LESSON], (start) => {
  for (let minute = 0; minute < 600; minute += 1)
    subjects.at('127.10.20.7', start + minute * 60_000)
})

function starterHosts(): readonly string[] {
  const folder = join(EXAMPLES, 'lists', 'starter')
  return readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => /^[a-z0-9.-]+$/.test(line))
}

function tenThousand() {
  return feedOf(Array.from({ length: 10_000 }, (_, n) => `sealed-${n}.example`))
}

function addressesOf(network: string): readonly string[] {
  return Array.from({ length: 250 }, (_, index) => `${network}.${index + 1}`)
}
