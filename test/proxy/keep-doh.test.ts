import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TokenReader } from '../../proxy/clients/token-table.ts'
import { KeptDoh } from '../../proxy/keep-doh.ts'
import { selfSigned } from '../../proxy/tls/self-signed.ts'
import type { ServerIdentity } from '../../proxy/tls/server-identity.ts'
import { sha256 } from '../../records/ledger/chain.ts'
import type { Register } from '../../records/register/register.ts'
import { schoolFolder } from '../support/school-folder.ts'

function scene(...settings: string[]) {
  const school = schoolFolder()
  const { certificate, key } = selfSigned(['dns.example'], Date.now())
  school.write('dns.crt', certificate)
  school.write('dns.key', key)
  school.write('records/README', 'a folder')
  const warnings: string[] = []
  const note = (_details: object, message: string): void => void warnings.push(message)
  const config = school.config('tls.certificate=dns.crt', 'tls.key=dns.key', ...settings)
  const register = school.register()
  const people = { accounts: () => [] }
  const shown: ServerIdentity[] = []
  const fleet = { useIdentity: (identity: ServerIdentity) => shown.push(identity) }
  const options = {
    ...{ config, directory: school.directory, clockOffsetMs: 0, version: '0' },
    log: { info: note, warn: note, error: note },
  }
  const doh = new KeptDoh(options, { register, people })
  const follow = (dohTokens: Register['dohTokens'] = new Map()): void => {
    doh.follow({ register: { ...register, dohTokens }, people }, fleet)
  }
  return { school, doh, follow, shown, warnings }
}

const TOKENS = new Map([['t1', { device: 'phone', tokenHash: sha256('mine') }]])

test('tokens are in the memory of the data threads as soon as they are followed', () => {
  const { doh, follow } = scene('dns.doh=127.0.0.1:0')
  const reader = new TokenReader(doh.start.tokens)
  expect([doh.size, reader.find('mine').kind]).toEqual([0, 'unknown'])
  follow(TOKENS)
  expect([doh.size, reader.find('mine').kind]).toEqual([1, 'live'])
  follow()
  expect(reader.find('mine').kind).toBe('revoked')
})

test('a renewed certificate goes to the threads, one that is gone is said and changes nothing', () => {
  const { school, doh, follow, shown } = scene('dns.doh=127.0.0.1:0')
  follow()
  expect(shown).toEqual([])
  const renewed = selfSigned(['dns.example'], Date.now())
  writeFileSync(school.path('dns.crt'), renewed.certificate)
  writeFileSync(school.path('dns.key'), renewed.key)
  follow()
  expect(shown.map(({ certificate }) => certificate)).toEqual([renewed.certificate])
  rmSync(school.path('dns.key'))
  follow()
  expect(shown).toHaveLength(1)
  expect(doh.problems().join()).toContain('tls.key')
  expect(doh.paths).toEqual([join(school.directory, 'dns.crt'), join(school.directory, 'dns.key')])
})

test('a gate without DNS over HTTPS reads no certificate and keeps no tokens', () => {
  const { doh, follow } = scene('tls.certificate=none.crt')
  follow(TOKENS)
  expect([doh.start.identity, doh.size, doh.paths, doh.problems()]).toEqual([null, 0, [], []])
})

test('without a certificate one is made here, and it is said that nobody believes it', () => {
  const { doh, warnings } = scene('dns.doh=127.0.0.1:0', 'tls.certificate=null', 'tls.key=null')
  expect(doh.start.identity?.isSelfSigned).toBe(true)
  expect(warnings.join()).toContain('no device believes')
})
