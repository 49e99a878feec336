import { expect, test } from 'vitest'
import { ownQuery } from '../../../proxy/dns/own-query.ts'
import { wireNameOf } from '../../../proxy/dns/wire/names.ts'
import { read } from '../../support/dns-packets.ts'

test('a query of our own asks once, wants recursion, and carries no EDNS', () => {
  const { query, question } = ownQuery(wireNameOf('safe.test'), 28)
  expect(read(query).packet).toMatchObject({
    type: 'query',
    flag_rd: true,
    questions: [{ name: 'safe.test', type: 'AAAA', class: 'IN' }],
    additionals: [],
  })
  expect(question).toMatchObject({ type: 28, class: 1, hasOpt: false, dnssecOk: false })
  expect(question.end).toBe(query.length)
})
