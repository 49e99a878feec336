import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { signProfile } from '../../../commands/doh/sign-profile.ts'
import { selfSigned } from '../../../proxy/tls/self-signed.ts'
import { run } from '../../e2e/run-program.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

function scene() {
  const folder = tempDirectory()
  const signer = { certificate: join(folder, 'sign.crt'), key: join(folder, 'sign.key') }
  const { certificate, key } = selfSigned(['school.example'], Date.now())
  const other = selfSigned(['authority.example'], Date.now()).certificate
  writeFileSync(signer.certificate, certificate + other)
  writeFileSync(signer.key, key)
  return { folder, signer }
}

test('a signed profile holds the text and every certificate of the file', async () => {
  const { folder, signer } = scene()
  const signed = await signProfile('<plist/>', signer)
  if (!signed.ok) throw new Error(signed.problem)
  const path = join(folder, 'signed')
  writeFileSync(path, signed.profile)
  const verify = ['cms', '-verify', '-inform', 'DER', '-in', path, '-CAfile', signer.certificate]
  expect((await run('openssl', [...verify, '-purpose', 'any'])).out).toBe('<plist/>')
  const shown = await run('openssl', [
    'pkcs7',
    '-inform',
    'DER',
    '-in',
    path,
    '-print_certs',
    '-noout',
  ])
  expect(shown.out.match(/subject/g)).toHaveLength(2)
})

test('without OpenSSL nothing is signed, and it is said where it was looked for', async () => {
  const signed = await signProfile('<plist/>', scene().signer, ['/nowhere/openssl'])
  expect(signed).toEqual({
    ...{ ok: false, problem: 'there is no OpenSSL on this machine (/nowhere/openssl)' },
  })
})

test('a certificate or key that is not there is told', async () => {
  const { signer } = scene()
  const noCertificate = await signProfile('<plist/>', { ...signer, certificate: '/no.crt' })
  expect(noCertificate).toMatchObject({
    ok: false,
    problem: expect.stringContaining('/no.crt') as string,
  })
  const noKey = await signProfile('<plist/>', { ...signer, key: '/no.key' })
  expect(noKey).toMatchObject({ ok: false, problem: expect.stringContaining('no.key') as string })
})
