import { expect, test } from 'vitest'
import type { LedgerEntry } from '../../../../records/ledger/entry.ts'
import { chainOf, registerOf } from '../sample-entry.ts'
import { fold } from '../../../../records/register/register.ts'

const DAY_MS = 86_400_000
const START = Date.parse('2024-09-02T08:00:00Z')
const iso = (at: number): string => new Date(at).toISOString()

/** An occasion, a lesson and a site a day, each an hour long, for so many days. */
function history(days: number): readonly Partial<LedgerEntry>[] {
  return Array.from({ length: days }, (_, day) => {
    const at = START + day * DAY_MS
    const term = { from: iso(at), to: iso(at + 3_600_000) }
    const entry = (kind: string, after: object): Partial<LedgerEntry> => ({
      ...{ kind, object_id: `${day}`, ts: iso(at), after: { ...after, ...term } },
    })
    return [
      entry('occasion.put', {
        ...{
          kind: 'exam_room',
          persons: [],
          devices: [],
          years: [],
          zones: ['hall'],
          profile: null,
        },
      }),
      entry('lesson.put', { class: '9b', teacher: 't', pack: 'p', sites: [], focus: null }),
      entry('site.put', { action: 'block', hosts: ['a.example'], profiles: null, because: 'x' }),
    ]
  }).flat()
}

test('what ended more than a year ago leaves the register, and what ended since stays', () => {
  const { occasions, lessons, sites } = registerOf(history(1200))
  for (const kept of [occasions, lessons, sites]) {
    const days = [...kept.keys()].map(Number)
    expect(days.at(-1)).toBe(1199)
    // Looked at every 256 entries, which is 85 days here.
    expect(kept.size).toBeGreaterThan(400)
    expect(kept.size).toBeLessThan(490)
  }
})

test('the register of a past moment has what was in force then', () => {
  const entries = chainOf(history(1200))
  const then = fold(entries.slice(0, 30), () => undefined)
  expect([...then.lessons.keys()]).toEqual(Array.from({ length: 10 }, (_, day) => `${day}`))
  // And reading on from it comes to what reading from the beginning does.
  expect(fold(entries.slice(30), () => undefined, then)).toEqual(fold(entries, () => undefined))
})

test('what runs for longer than that stays for as long as it runs', () => {
  const [long, ...rest] = history(1200)
  const after = { ...(long?.after as object), to: iso(START + 1200 * DAY_MS) }
  const { occasions } = registerOf([{ ...long, after, object_id: 'long' }, ...rest])
  expect(occasions.has('long')).toBe(true)
})
