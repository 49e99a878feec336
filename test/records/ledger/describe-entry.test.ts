import { expect, test } from 'vitest'
import type { Json } from '../../../records/canonical-json.ts'
import { describeEntry } from '../../../records/ledger/describe-entry.ts'
import type { LedgerCommand, LedgerKind } from '../../../records/ledger/entry.ts'
import { openLedger } from '../../../records/ledger/ledger.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { devicePut, options, PHONE, policyPut, SITE } from './sample-ledger.ts'

test('every kind of entry is a line of plain words', () => {
  const ledger = openLedger(tempDirectory(), { site: SITE })
  const lost = { ...PHONE, state: 'lost' as const, addresses: ['127.0.0.7'] }
  const found = { ...devicePut(PHONE), kind: 'ledger.found' as const, objectId: SITE }
  const removed = { ...devicePut(PHONE), kind: 'device.remove' as const, after: null }
  const renamed = {
    ...devicePut(PHONE),
    kind: 'person.put' as const,
    objectId: 'p-0001',
    before: { role: 'staff', phase: null, details: 'aa' },
    after: { role: 'pupil', phase: 'sixth', details: 'bb' },
  }
  const commands = [
    found,
    policyPut('x'),
    devicePut(PHONE),
    devicePut(lost, PHONE),
    renamed,
    removed,
  ]
  ledger.append(commands, options(0, { documents: ['x'] }))
  ledger.append([{ ...devicePut(PHONE), reason: 'two\nlines \u001b[31mred' }], {
    ...options(6),
    actor: 'p-0001',
    actorRole: 'network_manager',
  })
  const by = '2026-11-24T10:00:00.000Z file:'
  expect([...ledger.entries()].map(describeEntry)).toEqual([
    `#1 ${by} founded the ledger of site \`ex\`; because: imported from devices.csv`,
    `#2 ${by} put policy revision 1 (policy.yaml, sha256 2d711642b726); because: imported from policy.yaml`,
    `#3 ${by} added device \`staff-phone\`; because: imported from devices.csv`,
    `#4 ${by} changed device \`staff-phone\`: addresses [] -> ["127.0.0.7"], state approved -> lost; because: imported from devices.csv`,
    `#5 ${by} changed person \`p-0001\`: name or e-mail address, phase null -> sixth, role staff -> pupil; because: imported from devices.csv`,
    `#6 ${by} removed device \`staff-phone\`; because: imported from devices.csv`,
    '#7 2026-11-24T10:00:00.000Z p-0001 (network_manager): added device `staff-phone`; because: two lines  [31mred',
  ])
  ledger.close()
})

test('acts that are no putting or taking away have words of their own', () => {
  const ledger = openLedger(tempDirectory(), { site: SITE })
  const act = (kind: LedgerKind, objectId: string, after: Json = null): LedgerCommand => ({
    ...devicePut(PHONE),
    kind,
    objectId,
    after,
  })
  const review = { from: 3, to: 5, result: 'query', comment: 'why the whole class' }
  const commands = [
    act('proposal.put', '1-abcd', { edits: 2, direction: 'loosen' }),
    act('proposal.approve', '1-abcd'),
    act('proposal.refuse', '1-abcd'),
    act('proposal.withdraw', '1-abcd'),
    act('review.put', '3-5', review),
    act('emergency.block', 'e1', { hosts: ['a.example', 'b.example'] }),
    act('emergency.lift', 'e1'),
    act('grant.revoke', 'g1'),
    act('voucher.revoke', 'v1'),
    act('site_emergency.put', 'site', { kind: 'lockdown', until: '2026-11-24T11:00:00Z' }),
    act('occasion.end', 'hall'),
    act('site_emergency.end', 'site'),
  ]
  ledger.append(commands, options(0))
  const words = [...ledger.entries()].map(describeEntry)
  expect(words.map((line) => /file: (.*); because/.exec(line)?.[1])).toEqual([
    'proposed change 1-abcd (2 edits, loosen), which waits for a second person',
    'approved change 1-abcd',
    'refused change 1-abcd',
    'withdrew change 1-abcd',
    'reviewed entry 3-5: query',
    'blocked at once ["a.example","b.example"]',
    'lifted the emergency block `e1`',
    'revoked grant `g1`',
    'revoked voucher `v1`',
    'declared a site emergency: lockdown, until 2026-11-24T11:00:00Z',
    'ended the occasion `hall`',
    'ended the site emergency',
  ])
  ledger.close()
})
