import { expect, test } from 'vitest'
import { SharedTimes } from '../../../proxy/shared-times.ts'
import { WarnPasses } from '../../../proxy/http/warn-passes.ts'

const NOW = 1_000_000
const KEY = new Uint8Array(32).fill(1)

test.each([
  ['as it was given', (path: string) => path, '/x?y=z'],
  ['with another expiry', (path: string) => path.replace(/sg=\w+/, 'sg=zzzzzzzz'), undefined],
  ['with another code', (path: string) => path.replace(/\.[\w-]{4}/, '.AAAA'), undefined],
  ['without a code', (path: string) => path.replace(/\.[\w-]+/, ''), undefined],
  ['empty', () => '/continue?sg=', undefined],
  ['a dot', () => '/continue?sg=.', undefined],
])('a link %s', (_name, change, target) => {
  const passes = new WarnPasses(KEY)
  const path = passes.continuePath('10.0.0.1', 'a.test', { path: '/x?y=z', now: NOW })
  expect(passes.redeem('10.0.0.1', 'a.test', { path: change(path), now: NOW })).toBe(target)
})

test('a link is the device’s, the host’s, the key’s, and lives ten minutes', () => {
  const passes = new WarnPasses(KEY)
  const path = passes.continuePath('10.0.0.1', 'a.test', { path: '/', now: NOW })
  const at = (now: number): { path: string; now: number } => ({ path, now })
  expect(passes.redeem('10.0.0.2', 'a.test', at(NOW))).toBe(undefined)
  expect(passes.redeem('10.0.0.1', 'b.test', at(NOW))).toBe(undefined)
  expect(new WarnPasses(new Uint8Array(32)).redeem('10.0.0.1', 'a.test', at(NOW))).toBe(undefined)
  expect(passes.redeem('10.0.0.1', 'a.test', at(NOW + 600_000))).toBe('/')
  expect(passes.redeem('10.0.0.1', 'a.test', at(NOW + 600_001))).toBe(undefined)
})

test('a pass ends at its time, and of too many the soonest to end go', () => {
  const passes = new WarnPasses(KEY)
  passes.add('10.0.0.1', 'a.test', NOW + 5)
  expect(passes.has('10.0.0.1', 'a.test', NOW + 4)).toBe(true)
  expect(passes.has('10.0.0.1', 'a.test', NOW + 5)).toBe(false)
  expect(passes.has('10.0.0.2', 'a.test', NOW)).toBe(false)
  expect(passes.has('10.0.0.1', 'b.test', NOW)).toBe(false)
  for (let n = 0; n < 60_000; n += 1) passes.add('10.0.0.2', `h${n}.test`, NOW + 6 + n)
  expect(passes.has('10.0.0.1', 'a.test', NOW)).toBe(false)
  expect(passes.has('10.0.0.2', 'h59999.test', NOW)).toBe(true)
})

test('passes are in the memory that threads share, and outlive the one that gave them', () => {
  const memory = SharedTimes.memory()
  new WarnPasses(KEY, memory).add('laptop', 'a.test', NOW + 5)
  expect(new WarnPasses(KEY, memory).has('laptop', 'a.test', NOW)).toBe(true)
  // Whoever has not the site's key can neither find one nor make one.
  expect(new WarnPasses(new Uint8Array(32), memory).has('laptop', 'a.test', NOW)).toBe(false)
})

test('a path that is too long for a link leads to the front page', () => {
  const passes = new WarnPasses(KEY)
  const path = passes.continuePath('a', 'a.test', { path: `/${'x'.repeat(9_000)}`, now: NOW })
  expect(passes.redeem('a', 'a.test', { path, now: NOW })).toBe('/')
})
