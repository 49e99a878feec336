import { expect, test } from 'vitest'
import { givenBy } from '../../commands/given-by.ts'
import { EMPTY_REGISTER } from '../../records/register/register.ts'
import { sampleDesk, type SampleDesk } from '../records/governance/sample-desk.ts'

const SITE = {
  ...{ action: 'block', hosts: ['a.example'], profiles: null, because: 'A test of sites.' },
  ...{ from: '2026-11-24T09:00:00Z', to: '2026-11-24T11:00:00Z' },
}

function given({ ledger }: SampleDesk, rules: readonly string[]) {
  const { lessons } = EMPTY_REGISTER
  return givenBy(ledger, rules, { lessons, upTo: ledger.head().seq })
}

test('of what somebody has put it is said who, as what, when and in which entry', async () => {
  const made = sampleDesk()
  await made.submit(
    [{ kind: 'site.put', objectId: 's1', after: { ...SITE, hosts: [...SITE.hosts] } }],
    'nm',
  )
  expect(given(made, ['site.s1', 'site.s1', ''])).toMatchObject([
    {
      ...{ rule: 'site.s1', by: 'nm', role: 'network_manager', approved_by: null },
      ...{ entry: made.ledger.head().seq, at: '2026-11-24T10:00:00.000Z' },
    },
  ])
})

test('of the policy’s rules, and of what is not there, nothing', () => {
  const made = sampleDesk()
  expect(given(made, ['staff-office', 'category.media.games', 'grant.g9', 'x.y.z'])).toEqual([])
})
