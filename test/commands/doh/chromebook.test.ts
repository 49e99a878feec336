import { expect, test } from 'vitest'
import { chromebookPolicies } from '../../../commands/doh/chromebook.ts'
import { schoolFolder } from '../../support/school-folder.ts'

const PLACE = { host: 'dns.school.example', origin: 'https://dns.school.example' }

test('Chrome’s three policies go together', () => {
  const config = schoolFolder().config('dns.dohSalt=salt-of-the-school')
  const made = chromebookPolicies(PLACE, config, 'user')
  expect('policies' in made ? JSON.parse(made.policies) : made.problem).toEqual({
    DnsOverHttpsMode: 'secure',
    DnsOverHttpsSalt: 'salt-of-the-school',
    DnsOverHttpsTemplatesWithIdentifiers:
      'https://dns.school.example/dns-query/${USER_EMAIL}{?dns}',
  })
})

test('without a salt one is offered', () => {
  const made = chromebookPolicies(PLACE, schoolFolder().config(), 'device')
  expect('problem' in made ? made.problem : '').toMatch(/`dns\.dohSalt` .* `[0-9a-f]{24}`/)
})
