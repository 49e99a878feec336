import { expect, test } from 'vitest'
import { lacks } from '../../../proxy/clients/lacking-evidence.ts'
import type { Evidence } from '../../../rules/identity/binding.ts'
import { endedOf, entryOf } from '../../records/presence/presence-contract.ts'
import { bindingOf } from '../../support/bindings.ts'
import { SEEN_AT } from '../../support/sightings.ts'

const agent: Evidence = {
  ...{ source: 'agent', reporter: 'agent', at: SEEN_AT, until: SEEN_AT + 2_100_000 },
}
const told = entryOf({ binding: bindingOf({ evidence: [agent] }), ended: [endedOf()] })

test.each([
  ['the same', bindingOf({ evidence: [agent] }), [endedOf()], false],
  ['another conclusion from the same', bindingOf({ device: null, evidence: [agent] }), [], false],
  ['nothing', null, [], false],
  ['other evidence', bindingOf({ evidence: [agent, { ...agent, reporter: 'b' }] }), [], true],
  [
    'evidence that lasts longer',
    bindingOf({ evidence: [{ ...agent, until: agent.until + 120_001 }] }),
    ...([[], true] as const),
  ],
  [
    'evidence that lasts a little longer',
    bindingOf({ evidence: [{ ...agent, until: agent.until + 120_000 }] }),
    ...([[], false] as const),
  ],
  ['an end', null, [endedOf({ reporter: 'ap-2' })], true],
  ['a later end', null, [endedOf({ at: SEEN_AT + 1 })], true],
] as const)('%s is told to the site where it has news: %#', (_, binding, ended, isNews) => {
  expect(lacks(told, { binding, ended }, SEEN_AT)).toBe(isNews)
})

test('that nobody is there lacks what is known of who is, until that has run out', () => {
  const gone = entryOf({ binding: null })
  const known = { binding: bindingOf({ evidence: [agent] }), ended: [] }
  expect(lacks(gone, known, SEEN_AT)).toBe(true)
  expect(lacks(gone, known, agent.until)).toBe(false)
})
