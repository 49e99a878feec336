import { expect, test } from 'vitest'
import { readPacket, writePacket } from '../../../../../proxy/clients/sources/radius/packet.ts'
import {
  authenticatorOf,
  isAuthentic,
  messageAuthenticator,
  sign,
} from '../../../../../proxy/clients/sources/radius/sign.ts'
import { answerOf, isSigned, requestOf, SECRET } from '../../../../support/radius-packets.ts'

const secret = Buffer.from(SECRET)

function packetOf(octets: Buffer) {
  const packet = readPacket(octets)
  if (packet === null) throw new Error('no packet')
  return packet
}

test('a request is authentic with its secret alone, and with no octet changed', () => {
  const octets = requestOf([
    [1, 'jo'],
    [44, 's1'],
  ])
  expect(isAuthentic(packetOf(octets), secret)).toBe(true)
  expect(isAuthentic(packetOf(octets), Buffer.from('another secret entirely'))).toBe(false)
  for (let at = 4; at < octets.length; at += 1) {
    const changed = Buffer.from(octets)
    changed.writeUInt8(octets.readUInt8(at) ^ 1, at)
    const packet = readPacket(changed)
    if (packet !== null) expect(isAuthentic(packet, secret)).toBe(false)
  }
})

test('a Message-Authenticator is right, wrong or missing; two of them, or a short one, are wrong', () => {
  const keyed = packetOf(requestOf([[1, 'jo']], { keyed: true }))
  expect(messageAuthenticator(keyed, secret)).toBe('right')
  expect(messageAuthenticator(keyed, Buffer.from('another secret entirely'))).toBe('wrong')
  expect(messageAuthenticator(packetOf(requestOf([[1, 'jo']])), secret)).toBe('missing')
  const short = packetOf(requestOf([[80, Buffer.alloc(15)]]))
  expect(messageAuthenticator(short, secret)).toBe('wrong')
  const twice = packetOf(requestOf([[80, Buffer.alloc(16)]], { keyed: true }))
  expect(messageAuthenticator(twice, secret)).toBe('wrong')
})

test('an answer is authentic for the request that it answers, and for no other', () => {
  const [one, other] = [requestOf([[44, 's1']]), requestOf([[44, 's2']])]
  const answer = packetOf(answerOf(one, { code: 41 }))
  expect(isAuthentic(answer, secret, authenticatorOf(one))).toBe(true)
  expect(isAuthentic(answer, secret, authenticatorOf(other))).toBe(false)
})

test('what the gate signs others believe', () => {
  const attributes = [
    { type: 80, value: Buffer.alloc(16) },
    { type: 44, value: Buffer.from('s1') },
  ]
  const packet = sign(writePacket({ code: 40, id: 9 }, attributes), secret, { isKeyed: true })
  expect(isSigned(packet)).toBe(true)
})
