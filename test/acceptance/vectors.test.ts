import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  buildExampleEngine,
  readExampleDevices,
  readExamplePolicy,
  whoIsAt,
} from '../examples/example-engine.ts'
import type { Stance } from '../../rules/decider.ts'
import { SchoolTime } from '../../rules/time/school-time.ts'

/**
 * The contract's vectors against the decision itself, compiled from `examples/`. What the commands and
 * the running gate make of the same lines is asked in `test/e2e/`.
 */

interface Vector {
  readonly ip: string
  readonly url: string
  readonly at: string
  readonly device?: string
  readonly expect: Readonly<Record<string, unknown>>
}

const policy = readExamplePolicy()
const devices = readExampleDevices()
const engine = buildExampleEngine(policy)
const time = new SchoolTime(policy.time)

const access = readVectors('access.ndjson')
const content = readVectors('content.ndjson')

test('the vectors are all there', () => {
  expect([access.length, content.length]).toEqual([207, 240])
})

test('an address says the device that the vector names', () => {
  const wrong = [...access, ...content].filter(
    ({ ip, device }) => (whoIsAt(ip, policy, devices).device?.id ?? undefined) !== device,
  )
  expect(wrong).toEqual([])
})

describe.each([
  ['who, where and when', access],
  ['categories', content],
])('%s', (_, vectors) => {
  test.each(vectors)('$device at $ip asks for $url at $at', (vector) => {
    expect(answerTo(vector)).toMatchObject(vector.expect)
  })
})

describe('every host of must-allow.txt', () => {
  const path = join(import.meta.dirname, 'must-allow.txt')
  const hosts = readFileSync(path, 'utf8').trim().split('\n')
  const stances = stancesOf(/^(?:secondary_.*|sixth_.*|staff_.*|visitor)$/)

  test('is asked in each profile that the contract names', () => {
    expect([...stances.keys()].sort()).toEqual([
      'secondary_lesson',
      'secondary_social',
      'sixth_lesson',
      'sixth_social',
      'staff_byod',
      'staff_work',
      'visitor',
    ])
  })

  test.each(hosts.flatMap((host) => [host, `www.${host}`]))('%s is allowed in all', (host) => {
    const answers = [...stances].map(([profile, stance]) => {
      const { action, warn } = engine.decideHost(stance, host)
      return { profile, action, warn }
    })
    expect(answers.filter(({ action, warn }) => action !== 'allow' || warn)).toEqual([])
  })
})

function answerTo({ ip, url, at }: Vector): Record<string, unknown> {
  const { zone } = whoIsAt(ip, policy, devices)
  const { hostname, pathname, search } = new URL(url)
  const ruling = engine.decideUrl(stanceAt(ip, at), hostname, pathname + search)
  const { action, alert, category, profile, reasonCode } = ruling
  return { action, alert, category, profile, reason_code: reasonCode, zone: zone.id }
}

function stanceAt(ip: string, at: string): Stance {
  const now = Date.parse(at)
  return engine.judge({ ...whoIsAt(ip, policy, devices), moment: time.at(now) }, now)
}

/** One stance for each profile that matches, from the vectors that reach it. */
function stancesOf(profile: RegExp): ReadonlyMap<string, Stance> {
  const found = new Map<string, Stance>()
  for (const { ip, at } of [...access, ...content]) {
    const stance = stanceAt(ip, at)
    if (stance.profile !== null && profile.test(stance.profile)) found.set(stance.profile, stance)
  }
  return found
}

function readVectors(file: string): Vector[] {
  const text = readFileSync(join(import.meta.dirname, file), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Vector)
}
