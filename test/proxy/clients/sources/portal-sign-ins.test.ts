import { expect, onTestFinished, test } from 'vitest'
import { PortalSignIns } from '../../../../proxy/clients/sources/portal-sign-ins.ts'
import { SignInStore } from '../../../../records/registration/sign-in-store.ts'
import type { Sighting } from '../../../../rules/identity/sighting.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'
import { until } from '../../../support/until.ts'

const AT = Date.parse('2026-11-24T10:00:00Z')
const HOUR = 3_600_000

function scene() {
  const directory = tempDirectory()
  const store = SignInStore.open(directory)
  const told: Sighting[] = []
  const feed = new PortalSignIns({ directory, clock: () => AT })
  onTestFinished(() => {
    feed.stop()
    store[Symbol.dispose]()
  })
  return {
    ...{ store, told, feed },
    start: () => {
      feed.start((sighting) => told.push(sighting))
    },
    put: (address: string, device: string, at = AT) => {
      store.put({ address, device, mac: null, at, until: at + HOUR })
    },
    said: () => told.map(({ addresses, device, ended }) => [addresses[0], device, ended]),
  }
}

test('what was signed in before the gate began is told at its start, what comes later soon after', async () => {
  const { start, put, told, said } = scene()
  put('10.0.0.1', 'one')
  start()
  expect(told[0]).toMatchObject({ source: 'portal', device: 'one', until: AT + HOUR, ended: false })
  put('10.0.0.2', 'two')
  await until(
    () => Promise.resolve(said().length),
    (count) => count === 2,
  )
  expect(said()[1]).toEqual(['10.0.0.2', 'two', false])
})

test('an address that somebody else has, and one that the device has left, are given up', () => {
  const { start, put, said } = scene()
  put('10.0.0.1', 'one', AT)
  put('10.0.0.2', 'two', AT + 1)
  start()
  expect(said().length).toBe(2)
})

test('in the order in which they came', async () => {
  const { start, put, said } = scene()
  start()
  const steps = [
    ['10.0.0.1', 'one'],
    ['10.0.0.1', 'two'],
    ['10.0.0.3', 'two'],
  ] as const
  for (const [index, [address, device]] of steps.entries()) {
    put(address, device, AT + index)
    await until(
      () => Promise.resolve(said()),
      (all) => all.some(([at, who, ended]) => at === address && who === device && ended === false),
    )
  }
  expect(said()).toEqual([
    ['10.0.0.1', 'one', false],
    ['10.0.0.1', 'one', true],
    ['10.0.0.1', 'two', false],
    ['10.0.0.1', 'two', true],
    ['10.0.0.3', 'two', false],
  ])
})

test('outcomes are figures, and a store that is gone is a problem and no end', async () => {
  const { start, store, feed } = scene()
  store.count('registered')
  start()
  expect(feed.readings()).toContainEqual(['schoolgate_portal_total', { outcome: 'registered' }, 1])
  expect(feed.readings()).toContainEqual(['schoolgate_portal_total', { outcome: 'wrong_code' }, 0])
  expect(feed.problem()).toBeNull()
  await Promise.resolve()
})
