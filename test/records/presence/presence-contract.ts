import { expect, test } from 'vitest'
import type { PresenceEntry, PresenceStore } from '../../../records/presence/presence-store.ts'
import type { EndedEvidence } from '../../../rules/identity/ended-evidence.ts'
import { bindingOf } from '../../support/bindings.ts'
import { macOf, SEEN_AT } from '../../support/sightings.ts'

export function entryOf(facts: Partial<PresenceEntry> = {}): PresenceEntry {
  const binding = bindingOf({ address: facts.address ?? '10.1.0.7' })
  return {
    address: binding.address,
    gate: 'gate-1',
    at: SEEN_AT,
    expires: SEEN_AT + 60_000,
    binding,
    ended: [],
    ...facts,
  }
}

export function endedOf(facts: Partial<EndedEvidence> = {}): EndedEvidence {
  return {
    source: 'radius',
    reporter: 'ap-1',
    mac: macOf('00:1b:63:00:00:07'),
    device: null,
    at: SEEN_AT,
    until: SEEN_AT + 3_600_000,
    ...facts,
  }
}

/** What both stores promise; `open` gives an empty one. */
export function presenceContract(open: () => Promise<PresenceStore>): void {
  test('what was put is there, whole', async () => {
    const store = await open()
    const binding = bindingOf({
      mac: macOf('00:1b:63:00:00:07'),
      place: 'library-aps',
      zone: 'library',
    })
    const entry = entryOf({ binding, ended: [endedOf(), endedOf({ mac: null, device: 'phone' })] })
    expect(await store.put([entry], SEEN_AT)).toEqual([entry])
    expect(await store.get(entry.address, SEEN_AT)).toEqual(entry)
    expect(await store.get('10.1.0.8', SEEN_AT)).toBeNull()
  })

  test('who and what is unknown stays unknown', async () => {
    const store = await open()
    const doubt = { confidence: 'hint', doubt: 'random_mac' } as const
    const entry = entryOf({ binding: bindingOf({ device: null, person: null, ...doubt }) })
    await store.put([entry], SEEN_AT)
    expect(await store.get(entry.address, SEEN_AT)).toEqual(entry)
  })

  test('the last writer wins by time, in whatever order they write', async () => {
    const store = await open()
    const early = entryOf({ gate: 'gate-1' })
    const late = entryOf({ gate: 'gate-2', at: SEEN_AT + 1 })
    expect(await store.put([late], SEEN_AT + 1)).toEqual([late])
    expect(await store.put([early], SEEN_AT + 1)).toEqual([])
    expect(await store.put([{ ...late, gate: 'gate-3' }], SEEN_AT + 1)).toEqual([])
    expect(await store.get(late.address, SEEN_AT + 1)).toEqual(late)
    // Of one moment all stores keep the same, whoever came first.
    const same = { ...late, gate: 'gate-1' }
    expect(await store.put([same], SEEN_AT + 1)).toEqual([same])
    expect(await store.get(late.address, SEEN_AT + 1)).toEqual(same)
  })

  test('an entry expires by itself', async () => {
    const store = await open()
    const entry = entryOf()
    await store.put([entry], SEEN_AT)
    expect(await store.all(entry.expires - 1)).toEqual([entry])
    expect(await store.get(entry.address, entry.expires)).toBeNull()
    expect(await store.all(entry.expires)).toEqual([])
    expect(await store.put([entryOf({ address: '10.1.0.8', expires: SEEN_AT })], SEEN_AT)).toEqual(
      [],
    )
  })

  test('that nobody is there any more outlives what was written before', async () => {
    const store = await open()
    const gone = entryOf({ at: SEEN_AT + 5, binding: null, ended: [endedOf()] })
    await store.put([entryOf(), gone], SEEN_AT + 5)
    expect(await store.put([entryOf({ at: SEEN_AT + 4 })], SEEN_AT + 5)).toEqual([])
    expect(await store.get(gone.address, SEEN_AT + 5)).toEqual(gone)
    expect(await store.all(SEEN_AT + 5)).toEqual([])
    expect(await store.kept(SEEN_AT + 5)).toEqual([gone])
    expect(await store.kept(gone.expires)).toEqual([])
  })

  test('all that stands is listed, by address', async () => {
    const store = await open()
    const entries = ['10.1.0.7', '10.1.0.8', '2001:db8::7'].map((address) => entryOf({ address }))
    await store.put(entries.toReversed(), SEEN_AT)
    expect(await store.all(SEEN_AT)).toEqual(entries)
  })

  test('a thousand at once are a thousand', async () => {
    const store = await open()
    const entries = Array.from({ length: 1_000 }, (_, i) =>
      entryOf({ address: `10.2.${i >> 8}.${i & 255}` }),
    )
    expect(await store.put(entries, SEEN_AT)).toHaveLength(1_000)
    expect(await store.all(SEEN_AT)).toHaveLength(1_000)
  })
}
