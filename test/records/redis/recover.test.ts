import { expect, test } from 'vitest'
import type { LedgerEntry } from '../../../records/ledger/entry.ts'
import { recoveredCommands } from '../../../records/redis/recover.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { devicePut, options, PHONE, sampleLedger } from '../ledger/sample-ledger.ts'

/** Real entries, one a state, of device `id`. */
function entriesOf(id: string, ...states: (typeof PHONE.state)[]): LedgerEntry[] {
  const ledger = sampleLedger(tempDirectory())
  ledger.append(
    states.map((state) => devicePut({ ...PHONE, id, state })),
    options(9, { actor: 'p-7', actorRole: 'dsl' }),
  )
  const entries = [...ledger.entries(9)]
  ledger.close()
  return entries
}

test('a change of what nobody touched since is in force again, in the name of who made it', () => {
  const [orphan] = entriesOf('a', 'approved')
  if (orphan === undefined) throw new Error('no entry')
  const [command] = recoveredCommands([orphan], entriesOf('b', 'lost'))
  const { seq, id, ts, hash } = orphan
  expect(command).toMatchObject({
    kind: 'device.put',
    objectId: 'a',
    author: { actor: 'p-7', actorRole: 'dsl' },
    recovered: { seq, id, ts, hash },
  })
})

test('a change of what was changed since is kept whole, without force', () => {
  const orphans = entriesOf('a', 'approved')
  const [command] = recoveredCommands(orphans, entriesOf('a', 'approved'))
  expect(command).toMatchObject({
    kind: 'ledger.recovered',
    objectId: orphans[0]?.id,
    after: orphans[0],
  })
})

test('what shuts somebody out is in force in any case, and says what it changes now', () => {
  const [command] = recoveredCommands(entriesOf('a', 'lost'), entriesOf('a', 'revoked'))
  expect(command).toMatchObject({
    kind: 'device.put',
    before: { state: 'revoked' },
    after: { state: 'lost' },
  })
})

test('entries that speak of others by number have no force on another branch', () => {
  const [orphan] = entriesOf('a', 'approved')
  if (orphan === undefined) throw new Error('no entry')
  for (const kind of ['ledger.found', 'proposal.approve', 'review.put'])
    expect(recoveredCommands([{ ...orphan, kind }], [])[0]?.kind).toBe('ledger.recovered')
})

test('an entry that was recovered before still points to where it was first', () => {
  const [orphan] = entriesOf('a', 'approved')
  if (orphan === undefined) throw new Error('no entry')
  const recovered = { seq: 3, id: 'i', ts: 't', hash: 'h' }
  expect(recoveredCommands([{ ...orphan, recovered }], [])[0]?.recovered).toEqual(recovered)
})

test('a site closed on a lost branch does not take the place of another under the same id', () => {
  const [entry] = entriesOf('s12', 'lost')
  if (entry === undefined) throw new Error('no entry')
  const blocking = (host: string): LedgerEntry => ({
    ...entry,
    kind: 'site.put',
    after: { action: 'block', hosts: [host] },
    direction: 'tighten',
  })
  const [other] = recoveredCommands([blocking('a.example')], [blocking('b.example')])
  expect(other?.kind).toBe('ledger.recovered')
  expect(recoveredCommands([blocking('a.example')], [])[0]?.kind).toBe('site.put')
})
