import { expect, test } from 'vitest'
import { unservedKeys } from '../../commands/unserved-keys.ts'
import { schoolFolder } from '../support/school-folder.ts'

test('the small school asks for nothing that is not served', () => {
  expect(unservedKeys(schoolFolder().config())).toEqual([])
})

const KEYS: readonly [key: string, value: string][] = [
  ['dns.dot', '127.0.0.1:8853'],
  ['transparent.http', '127.0.0.1:8081'],
  ['transparent.tls', '127.0.0.1:8444'],
  ['transparent.tlsTarget', '127.0.0.1:443'],
]

test.each(KEYS)('`%s` is named when it is set', (key, value) => {
  expect(unservedKeys(schoolFolder().config(`${key}=${value}`))).toEqual([key])
})

test('what is served is not named', () => {
  const served = [
    ...['dns.udp', 'dns.tcp', 'dns.doh', 'http.listen', 'blockPage.listen', 'metrics.listen'],
    ...['dashboard.listen', 'portal.listen'],
  ]
  const settings = [
    ...served.map((key) => `${key}=127.0.0.1:0`),
    ...['tls.certificate=cert.pem', 'tls.key=key.pem'],
  ]
  const config = schoolFolder().config(...settings, 'records.redis=redis://127.0.0.1:6379')
  expect(unservedKeys(config)).toEqual([])
})
