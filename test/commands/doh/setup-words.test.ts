import { expect, test } from 'vitest'
import { setupWords } from '../../../commands/doh/setup-words.ts'

const PLACE = { host: 'dns.school.example', origin: 'https://dns.school.example' }
const ADDRESS = 'https://dns.school.example/dns-query/abc'

test('Windows gets a template without fallback for the gate’s own address', () => {
  const text = setupWords('windows', ADDRESS, PLACE).join('\n')
  expect(text).toContain(`-DohTemplate '${ADDRESS}' -AllowFallbackToUdp $False -AutoUpgrade $True`)
  expect(text).toContain('Resolve-DnsName dns.school.example')
})

test.each(['android', 'chrome'] as const)('Chrome on %s gets a template with GET', (platform) => {
  expect(setupWords(platform, ADDRESS, PLACE).join('\n')).toContain(`${ADDRESS}{?dns}`)
})
