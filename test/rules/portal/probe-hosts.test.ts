import { expect, test } from 'vitest'
import { parseHostname } from '../../../rules/names/hostname.ts'
import { PROBE_HOSTS } from '../../../rules/portal/probe-hosts.ts'

test('each is a canonical host name, and no system is named twice', () => {
  for (const host of PROBE_HOSTS) expect(parseHostname(host)).toBe(host)
  expect(new Set(PROBE_HOSTS).size).toBe(PROBE_HOSTS.length)
})

test.each(['captive.apple.com', 'connectivitycheck.gstatic.com', 'www.msftconnecttest.com'])(
  '%s is one',
  (host) => {
    expect(PROBE_HOSTS).toContain(host)
  },
)
