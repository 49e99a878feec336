import { expect, test } from 'vitest'
import { SafeHosts } from '../../../proxy/dns/safe-hosts.ts'
import { textOf } from '../../support/scripted-plane.ts'

test('a safe host is made once and asked about by its addresses alone', () => {
  const hosts = new SafeHosts()
  const host = hosts.at('safe.test')
  expect(hosts.at('safe.test')).toBe(host)
  expect(textOf(host.name, 0)).toBe('safe.test')
  expect(host.queryOf(1)?.question.type).toBe(1)
  expect(host.queryOf(28)?.question.type).toBe(28)
  expect([5, 64, 65].map((type) => host.queryOf(type))).toEqual([null, null, null])
})
