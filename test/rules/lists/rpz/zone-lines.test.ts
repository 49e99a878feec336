import { expect, test } from 'vitest'
import { ZoneLines } from '../../../../rules/lists/rpz/zone-lines.ts'

function readAll(lines: readonly string[]) {
  const zone = new ZoneLines()
  const read = lines.map((line) => zone.read(line)).filter(({ kind }) => kind !== 'nothing')
  return { read, problem: zone.finish() }
}

const SOA = '@ IN SOA ns. host. 1 2 3 4 5'

test('the rules of a zone with an origin and of one without are the same', () => {
  const rule = { kind: 'hosts', scope: 'host', hosts: ['bad.example'] }
  expect(readAll([SOA, 'bad.example CNAME .'])).toEqual({ read: [rule], problem: null })
  const absolute = ['rpz.local. IN SOA ns. host. 1 2 3 4 5', 'bad.example.rpz.local. CNAME .']
  expect(readAll(absolute)).toEqual({ read: [rule], problem: null })
})

test('what is no zone is told as a whole', () => {
  const { read, problem } = readAll(['bad.example CNAME .', '<html>'])
  expect(read).toHaveLength(2)
  expect(problem).toBe('no SOA record: not a zone')
})

test('behind the SOA that ends a transfer nothing is taken', () => {
  const { read } = readAll([SOA, SOA, 'late.example CNAME .'])
  expect(read).toEqual([{ kind: 'problem', message: 'a record behind the end of the zone' }])
})
