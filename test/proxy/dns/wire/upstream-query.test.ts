import { decode } from 'dns-packet'
import { expect, test } from 'vitest'
import { emptyQuestion, readQuestion } from '../../../../proxy/dns/wire/question.ts'
import { upstreamQuery } from '../../../../proxy/dns/wire/upstream-query.ts'
import { queryFor } from '../../../support/dns-packets.ts'

function forwarded(query: Uint8Array): ReturnType<typeof decode> {
  const question = emptyQuestion()
  readQuestion(query, question)
  return decode(Buffer.from(upstreamQuery(query, question).bytes))
}

test('goes on in lower case, with recursion and our own EDNS', () => {
  const packet = forwarded(queryFor('WWW.Test', { type: 'AAAA' }))
  expect(packet.questions).toMatchObject([{ name: 'www.test', type: 'AAAA', class: 'IN' }])
  expect(packet).toMatchObject({ type: 'query', flag_rd: true, flag_cd: false })
  expect(packet.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232, flag_do: false }])
})

test('carries DO and CD of the client, and none of its options', () => {
  const query = queryFor('www.test', { edns: 4096, dnssecOk: true })
  const withCookie = Uint8Array.from([...query, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8])
  withCookie[query.length - 1] = 12
  withCookie[3] = 0x10
  const packet = forwarded(withCookie)
  expect(packet.flag_cd).toBe(true)
  expect(packet.additionals).toMatchObject([{ type: 'OPT', flag_do: true, options: [] }])
})
