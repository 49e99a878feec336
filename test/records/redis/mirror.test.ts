import { expect, onTestFinished, test } from 'vitest'
import { openLedger, type Ledger } from '../../../records/ledger/ledger.ts'
import { Mirror, MirrorMoved } from '../../../records/redis/mirror.ts'
import { NOTHING_BESIDE } from '../../../records/redis/spine-link.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import {
  devicePut,
  options,
  PHONE,
  POLICY_TEXT,
  sampleLedger,
  SITE,
  tamper,
} from '../ledger/sample-ledger.ts'

function filled(...ids: string[]): Ledger {
  const ledger = openLedger(tempDirectory(), { site: SITE })
  onTestFinished(() => {
    ledger.close()
  })
  for (const id of ids) ledger.append([devicePut({ ...PHONE, id })], options(ledger.head().seq))
  return ledger
}

test('rows of another node are taken as they are, with what lies beside them', () => {
  const source = sampleLedger(tempDirectory())
  onTestFinished(() => {
    source.close()
  })
  const { rows, beside } = new Mirror(source).rowsAfter({ seq: 0, hash: '0'.repeat(64) }, 100)
  const copy = new Mirror(filled())
  copy.take(rows, beside, { head: copy.ledger.head() })
  expect([...copy.ledger.entries()]).toEqual([...source.entries()])
  expect(beside.documents.map(([, text]) => text)).toEqual([POLICY_TEXT])
  expect(beside.people.map(([ref, row]) => [ref, row?.name])).toEqual([['p-0001', 'Ada Example']])
})

test('rows that do not follow, or follow a head that is no more, change nothing', () => {
  const mirror = new Mirror(filled('a', 'b'))
  const other = [...filled('c', 'd', 'e').rows(2)]
  const head = mirror.ledger.head()
  expect(() => {
    mirror.take(other, NOTHING_BESIDE, { head })
  }).toThrow('entry 3 does not follow entry 2')
  expect(() => {
    mirror.take([], NOTHING_BESIDE, { head: mirror.linkAt(1) })
  }).toThrow(MirrorMoved)
  expect(mirror.ledger.head()).toEqual(head)
})

test('a branch that gives way is kept aside until it is appended again, also across a restart', () => {
  const mirror = new Mirror(filled('a', 'b', 'c'))
  const [own] = [...mirror.ledger.entries()]
  const winner = [...filled('x', 'y', 'z', 'w').rows()]
  mirror.take(winner, NOTHING_BESIDE, { head: mirror.ledger.head(), fork: 0 })
  expect(mirror.ledger.head().seq).toBe(4)
  const again = new Mirror(mirror.ledger)
  expect(again.orphans().map(({ object_id }) => object_id)).toEqual(['a', 'b', 'c'])
  if (own === undefined) throw new Error('no entry')
  const { seq, id, ts, hash } = own
  const command = { ...devicePut(PHONE), recovered: { seq, id, ts, hash } }
  mirror.ledger.append([command], options(4))
  expect(again.orphans().map(({ object_id }) => object_id)).toEqual(['b', 'c'])
})

test('a branch that comes back is no orphan', () => {
  const mirror = new Mirror(filled('a', 'b'))
  const rows = [...mirror.ledger.rows()]
  mirror.take([...filled('x', 'y', 'z').rows()], NOTHING_BESIDE, {
    head: mirror.ledger.head(),
    fork: 0,
  })
  mirror.take(rows, NOTHING_BESIDE, { head: mirror.ledger.head(), fork: 0 })
  expect(mirror.orphans().map(({ object_id }) => object_id)).toEqual(['x', 'y', 'z'])
})

test('what was set aside is found by an index, not by reading the whole ledger', () => {
  const plan = filled('a')
    .db.prepare(
      `EXPLAIN QUERY PLAN SELECT 1 FROM entries AS e WHERE json_extract(e.body, '$.recovered.hash') = ?`,
    )
    .all('x')
  expect(plan.map(({ detail }) => detail).join()).toContain('entries_recovered')
})

test('an entry leaves the chain only when it is kept aside, and only from the end', () => {
  const ledger = filled('a', 'b')
  const remove = (seq: number) => () => {
    ledger.db.exec(`DELETE FROM entries WHERE seq = ${seq}`)
  }
  expect(remove(2)).toThrow('the ledger only grows at its end')
  ledger.db.exec('INSERT INTO set_aside (hash, seq, body) SELECT hash, seq, body FROM entries')
  expect(remove(1)).toThrow('the ledger only grows at its end')
  remove(2)()
  expect(() => {
    ledger.db.exec('DELETE FROM set_aside')
  }).toThrow('is kept as long as the ledger')
})

test('a broken copy is never passed on', () => {
  const directory = tempDirectory()
  sampleLedger(directory).close()
  tamper(directory, `UPDATE entries SET body = replace(body, 'approved', 'lost') WHERE seq = 5`)
  const ledger = openLedger(directory)
  onTestFinished(() => {
    ledger.close()
  })
  const mirror = new Mirror(ledger)
  expect(() => mirror.rowsAfter(mirror.linkAt(0), 100)).toThrow('entry 5 was edited')
})
