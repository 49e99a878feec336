import { describe, expect, test } from 'vitest'
import { LocalPresence } from '../../../records/presence/local-presence.ts'
import { bindingOf } from '../../support/bindings.ts'
import { SEEN_AT } from '../../support/sightings.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { entryOf, presenceContract } from './presence-contract.ts'

describe('presence in SQLite', () => {
  presenceContract(() => Promise.resolve(LocalPresence.open(':memory:')))
})

test('presence outlives the gate', async () => {
  const directory = tempDirectory()
  const entry = entryOf()
  using first = LocalPresence.open(directory)
  await first.put([entry], SEEN_AT)
  using second = LocalPresence.openReadOnly(directory)
  expect(await second.all(SEEN_AT)).toEqual([entry])
})

describe('custody', () => {
  const minute = 60_000
  const expires = SEEN_AT + 60 * minute

  async function custodyAfter(...steps: readonly Partial<ReturnType<typeof bindingOf>>[]) {
    const presence = LocalPresence.open(':memory:')
    for (const [i, step] of steps.entries()) {
      const at = SEEN_AT + i * minute
      const binding = bindingOf({ since: at, lastSeen: at, ...step })
      await presence.put([entryOf({ at, expires, binding })], at)
    }
    return presence
  }

  test('each change of who has a device, or by what that is known, is a row; the same again makes it longer', async () => {
    const radius = { source: 'radius', reporter: 'ap-1', at: SEEN_AT, until: expires } as const
    const presence = await custodyAfter(
      {},
      {},
      { person: 'p-2' },
      { person: 'p-2', evidence: [radius] },
    )
    const rows = presence.custodyOf('phone', 10)
    expect(rows.map(({ person, evidence }) => [person, ...evidence])).toEqual([
      ['p-2', 'radius ap-1'],
      ['p-2', 'agent agent'],
      ['p-1', 'agent agent'],
    ])
    expect(rows[2]).toMatchObject({ firstSeen: SEEN_AT, lastSeen: SEEN_AT + minute })
  })

  test('what another gate tells hours later is in the row of its own time, and parts nobody else’s', async () => {
    const presence = await custodyAfter({ person: 'p-1' })
    const put = async (address: string, at: number, facts: Partial<ReturnType<typeof bindingOf>>) =>
      presence.put([entryOf({ address, at, expires, binding: bindingOf(facts) })], at)
    const later = SEEN_AT + 40 * minute
    await put('10.1.0.7', later, { person: 'p-2', since: later, lastSeen: later })
    // Redis was away: p-1 was seen by the other gate as well, at two addresses of the phone.
    const seen = { person: 'p-1', since: SEEN_AT, lastSeen: SEEN_AT + 20 * minute }
    await put('10.1.0.8', SEEN_AT + 20 * minute, seen)
    await put('2001:db8::7', SEEN_AT + 21 * minute, seen)
    await put('10.1.0.7', later + minute, { person: 'p-2', since: later, lastSeen: later + minute })
    const rows = presence.custodyOf('phone', 10)
    expect(rows.map((row) => [row.person, row.firstSeen, row.lastSeen])).toEqual([
      ['p-2', later, later + minute],
      ['p-1', SEEN_AT, SEEN_AT + 20 * minute],
    ])
  })

  test('only what is proven is custody', async () => {
    const presence = await custodyAfter({ confidence: 'likely' }, { confidence: 'hint' })
    expect(presence.custodyOf('phone', 10)).toEqual([])
  })

  test('it is forgotten after 30 days, and has no places in it', async () => {
    const presence = await custodyAfter({ place: 'library-aps', zone: 'library' })
    expect(JSON.stringify(presence.custodyOf('phone', 10))).not.toContain('library')
    presence.forget(SEEN_AT + 30 * 86_400_000)
    expect(presence.custodyOf('phone', 10)).toHaveLength(1)
    presence.forget(SEEN_AT + 30 * 86_400_000 + 1)
    expect(presence.custodyOf('phone', 10)).toEqual([])
  })
})
