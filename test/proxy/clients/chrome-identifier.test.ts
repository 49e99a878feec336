import { expect, test } from 'vitest'
import { chromeIdentifier } from '../../../proxy/clients/chrome-identifier.ts'

/** From Chromium's own test of it, chrome/browser/ash/net/dns_over_https/templates_uri_resolver_impl_unittest.cc. */
const CHROMIUM: readonly [value: string, identifier: string][] = [
  ['test-user@testdomain.com', 'EAE2DCB2164EB64B695BC555C4EC45D01C8F0DF73CCD3321E45E5B49F22A22DF'],
  [
    'admin-provided-test-asset-ID',
    '2601D4E337D68B6EE97B338482E45F7D3670E78075490A7F9916321AF7B4539F',
  ],
  ['serial-number', 'D60336AF57006D9FD327FD96F4B44F9067A09FB0A4DD83FB67EC0B2C472B9734'],
]

test.each(CHROMIUM)(
  '%s with the salt of Chromium’s test is what Chromium makes of it',
  (value, identifier) => {
    expect(chromeIdentifier('test-salt', value)).toBe(identifier)
  },
)
