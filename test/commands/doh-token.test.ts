import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dohToken } from '../../commands/doh-token.ts'
import { sha256 } from '../../records/ledger/chain.ts'
import { selfSigned } from '../../proxy/tls/self-signed.ts'
import { run } from '../e2e/run-program.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { deskScene } from './desk-scene.ts'

const SERVER = ['--server', 'https://dns.school.example']

test('a token is issued with an entry that holds its hash alone, and shown once', async () => {
  const { as, run: call, view, ledger } = await deskScene(dohToken)
  const { code, out } = await as('it', 'issue', 'laptop', ...SERVER)
  expect(code).toBe(0)
  const token =
    /^address https:\/\/dns\.school\.example\/dns-query\/([0-9a-z]{26})$/m.exec(
      out.join('\n'),
    )?.[1] ?? ''
  const [[id, facts] = ['', null]] = view.current().dohTokens
  expect(facts).toEqual({ device: 'laptop', tokenHash: sha256(token) })
  const texts = [...ledger.entries(0)].map((entry) => JSON.stringify(entry)).join()
  expect(texts).not.toContain(token)
  expect((await call('list')).out).toEqual([`${id} laptop: pending`])
  expect(id).toMatch(/^t\d+$/)
})

test('a device may have several; they are listed with its state, and revoked one by one', async () => {
  const { as, run: call, view } = await deskScene(dohToken)
  for (let n = 0; n < 2; n += 1) await as('it', 'issue', 'laptop', ...SERVER)
  const [first = '', second = ''] = view.current().dohTokens.keys()
  expect((await call('list')).out).toEqual([
    `${first} laptop: pending`,
    `${second} laptop: pending`,
  ])
  expect((await call('list', 'phone')).out).toEqual([])
  expect((await as('it', 'revoke', first)).code).toBe(0)
  expect((await call('list', 'laptop')).out).toEqual([`${second} laptop: pending`])
  expect((await as('it', 'revoke', first)).code).toBe(1)
})

test('who may not issue tokens gets none to see', async () => {
  const { as } = await deskScene(dohToken)
  const refused = await as('teacher', 'issue', 'laptop', ...SERVER)
  expect([refused.code, refused.out.join()]).toEqual([1, ''])
  expect(refused.err).toContain('may not do `doh_token.issue`')
})

test('there is none for a device that nobody knows', async () => {
  const { as } = await deskScene(dohToken)
  const refused = await as('it', 'issue', 'nothing', ...SERVER)
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('there is no device')])
})

test.each([
  ['no device', ['issue', ...SERVER], 'name one device'],
  ['no server', ['issue', 'laptop'], '--server is the address of the gate'],
  ['a server in the clear', ['issue', 'laptop', '--server', 'http://dns.example'], '--server is'],
  [
    'a server with a path',
    ['issue', 'laptop', '--server', 'https://dns.example/x'],
    'the path is the gate’s own',
  ],
  ['another platform', ['issue', 'laptop', ...SERVER, '--for', 'watch'], '--for is one of apple'],
  [
    'a profile for nobody',
    ['issue', 'laptop', ...SERVER, '--for', 'apple'],
    '--out FILE.mobileconfig',
  ],
  ['half a signer', ['issue', 'laptop', ...SERVER, '--sign-key', 'x'], 'go together'],
  ['another verb', ['give'], 'usage: schoolgate doh-token'],
])('%s is wrong usage, and issues nothing', async (_says, args, problem) => {
  const { as, view } = await deskScene(dohToken)
  const answer = await as('it', ...args)
  expect([answer.code, answer.err]).toEqual([2, expect.stringContaining(problem)])
  expect(view.current().dohTokens.size).toBe(0)
})

test('the words for Windows and Chrome have the address in them', async () => {
  const { as } = await deskScene(dohToken)
  for (const platform of ['windows', 'android', 'chrome']) {
    const { out } = await as('it', 'issue', 'laptop', ...SERVER, '--for', platform)
    const address = out.find((line) => line.startsWith('address '))?.slice('address '.length) ?? '-'
    expect(out.filter((line) => line.includes(address)).length).toBeGreaterThan(1)
  }
})

test('a profile for an iPad is private, unsigned unless somebody signs, and says so', async () => {
  const { as } = await deskScene(dohToken)
  const file = join(tempDirectory(), 'ipad.mobileconfig')
  const { code, out } = await as(
    'it',
    'issue',
    'laptop',
    ...SERVER,
    '--for',
    'apple',
    '--out',
    file,
  )
  expect(code).toBe(0)
  expect(out.join('\n')).toContain(`profile ${file}: unsigned`)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file, 'utf8')).toContain('com.apple.dnsSettings.managed')
})

test('with a certificate the profile is signed, and OpenSSL finds that it is', async () => {
  const { as } = await deskScene(dohToken)
  const folder = tempDirectory()
  const path = (name: string): string => join(folder, name)
  const { certificate, key } = selfSigned(['school.example'], Date.now())
  writeFileSync(path('sign.crt'), certificate)
  writeFileSync(path('sign.key'), key)
  const signing = ['--sign-certificate', path('sign.crt'), '--sign-key', path('sign.key')]
  const { out } = await as(
    'it',
    'issue',
    'laptop',
    ...SERVER,
    '--for',
    'apple',
    '--out',
    path('a'),
    ...signing,
  )
  expect(out.join('\n')).toContain(`profile ${path('a')}: signed`)
  const verify = ['cms', '-verify', '-inform', 'DER', '-in', path('a'), '-CAfile', path('sign.crt')]
  const checked = await run('openssl', [...verify, '-purpose', 'any'])
  expect([checked.code, checked.out]).toEqual([0, expect.stringContaining('/dns-query/')])
})

test('the policies of Chromebooks have the school’s salt and Chrome’s placeholder', async () => {
  const { run: call } = await deskScene((args, deps) => dohToken(args.slice(0, -2), deps))
  const folder = tempDirectory()
  const config = join(folder, 'gate.yaml')
  writeFileSync(config, 'site: ex\npolicy: policy.yaml\n')
  const without = await call('chromebook', ...SERVER, '--config', config)
  expect([without.code, without.err]).toEqual([1, expect.stringContaining('set `dns.dohSalt`')])
  writeFileSync(config, 'site: ex\npolicy: policy.yaml\ndns: { dohSalt: salt-of-the-school }\n')
  const made = await call('chromebook', ...SERVER, '--config', config)
  expect(JSON.parse(made.out.join('\n'))).toEqual({
    DnsOverHttpsMode: 'secure',
    DnsOverHttpsSalt: 'salt-of-the-school',
    DnsOverHttpsTemplatesWithIdentifiers:
      'https://dns.school.example/dns-query/${DEVICE_ASSET_ID}{?dns}',
  })
  const byUser = await call('chromebook', ...SERVER, '--config', config, '--by', 'user')
  expect(byUser.out.join('\n')).toContain('${USER_EMAIL}{?dns}')
})
