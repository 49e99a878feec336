import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isKept, isPromiseKept, keepPromises } from '../../../rules/promises/keep-promises.ts'
import type { SchoolPromise } from '../../../rules/promises/promise.ts'
import { SchoolTime } from '../../../rules/time/school-time.ts'
import { ACTIONS } from '../../../rules/verdict.ts'
import {
  buildExampleEngine,
  readExample,
  readExampleDevices,
} from '../../examples/example-engine.ts'
import { engineFrom, lines, policy, question } from '../../support/arbitrary-policy.ts'
import { policyOf, promising } from './promise-scene.ts'

const DEVICES = [...readExampleDevices().values()]

function results(text: string) {
  const made = policyOf(text)
  return keepPromises({ policy: made, engine: buildExampleEngine(made), devices: DEVICES })
}

const one = (yaml: string) => {
  const [result] = results(promising(`  - { id: x, says: A promise., ${yaml} }\n`))
  if (result === undefined) throw new Error('no promise')
  return result
}

test('the example school keeps what it promises', () => {
  const found = results(readExample('policy.yaml'))
  expect(found.length).toBeGreaterThanOrEqual(12)
  expect(found.filter((result) => !isPromiseKept(result))).toEqual([])
})

test('a promise that holds in some cases is broken, and the first case that breaks it is told', () => {
  const { broken, cases } = one('who: { role: staff }, url: bbc.co.uk, expect: allow')
  expect(broken).toMatchObject({ device: { role: 'staff' }, ruling: { action: 'block' } })
  expect(cases).toBeGreaterThan(0)
})

test('the answer and, where one is promised, its reason must be those promised', () => {
  const phone = 'who: { device: staff-lost }, url: bbc.co.uk, expect: block'
  expect(isPromiseKept(one(`${phone}, reason: lost`))).toBe(true)
  expect(isPromiseKept(one(`${phone}, reason: reception_hours`))).toBe(false)
  const promise = { action: 'block', reason: null } as SchoolPromise
  expect(isKept(promise, { action: 'block', reasonCode: 'site' })).toBe(true)
  expect(isKept(promise, { action: 'warn', reasonCode: null })).toBe(false)
})

test('an override of the policy that breaks a promise for an hour of some day breaks it', () => {
  const term = "from: '2026-11-25T12:00', until: '2026-11-25T13:00'"
  const opened = (host: string) =>
    results(
      promising(
        '  - { id: x, says: No games., who: { role: pupil, ownership: school }, url: media-games.cat.test, during: lesson, expect: block }\n',
      ).replace(
        'sites:\n',
        `sites:\n  - { id: film, allow: [${host}], ${term}, because: A film. }\n`,
      ),
    ).map(isPromiseKept)
  expect(opened('media-games.cat.test')).toEqual([false])
  expect(opened('other.cat.test')).toEqual([true])
})

test('a promise about nobody is not kept', () => {
  const result = one('who: { device: fone }, url: bbc.co.uk, expect: block')
  expect([result.cases, result.broken, isPromiseKept(result)]).toEqual([0, null, false])
})

test('paths are judged where the promise names one', () => {
  const result = one(
    'who: { device: staff-work }, zone: staffroom, url: [bbc.co.uk/a, gov.uk], expect: allow',
  )
  expect(result.promise.targets.map(({ path }) => path)).toEqual(['/a', '/'])
  expect(isPromiseKept(result)).toBe(true)
})

test('whatever anybody gets anywhere and at any time, a promise to everybody of another answer is broken by it', () => {
  fc.assert(
    fc.property(
      policy,
      lines,
      question,
      fc.constantFrom('a.example', 'b.a.example', 'c.test'),
      (made, listed, asked, host) => {
        const engine = engineFrom(made, listed)
        const moment = new SchoolTime(made.time).at(asked.at)
        const stance = engine.judge({ ...asked, moment }, asked.at)
        const { action } = engine.decideHost(stance, host)
        const promises = ACTIONS.map((promised): SchoolPromise => ({
          ...{ id: promised, says: '', who: { kind: 'everybody' }, zones: null, pupilArea: null },
          ...{ during: null, at: null, reason: null, action: promised },
          targets: [{ text: host, host, path: '/' }],
        }))
        const scene = { policy: { ...made, promises }, engine, devices: [] }
        for (const result of keepPromises(scene))
          if (result.promise.action !== action) expect(isPromiseKept(result)).toBe(false)
      },
    ),
  )
})
