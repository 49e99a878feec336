import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseTsigKey, readTsigKey } from '../../../../../proxy/lists/feeds/axfr/tsig-key.ts'
import { tempDirectory } from '../../../../support/temp-directory.ts'

const SECRET = Buffer.from('0123456789abcdef')
const BASE64 = SECRET.toString('base64')

test('a key file is one line, with comments', () => {
  expect(parseTsigKey(`# from the provider\n\nGate.School. HMAC-SHA512 ${BASE64}\r\n`)).toEqual({
    ...{ name: 'gate.school', algorithm: 'hmac-sha512', hash: 'sha512', secret: SECRET },
  })
  expect(parseTsigKey(`gate hmac-sha256. ${BASE64}`)).toMatchObject({ hash: 'sha256' })
})

test.each<[text: string, problem: RegExp]>([
  ['', /not one line/],
  [`gate hmac-sha256`, /not one line/],
  [`gate hmac-sha256 ${BASE64} more`, /not one line/],
  [`gate hmac-sha256 ${BASE64}\ndoor hmac-sha256 ${BASE64}`, /not one line/],
  [`ga..te hmac-sha256 ${BASE64}`, /no domain name/],
  [`gate hmac-md5 ${BASE64}`, /`hmac-sha256` or `hmac-sha512`/],
  [`gate constructor ${BASE64}`, /`hmac-sha256` or `hmac-sha512`/],
  [`gate hmac-sha256 !!!`, /not base64/],
  [`gate hmac-sha256 c2hvcnQ=`, /fewer than 16 octets/],
])('the key file %j is refused, and its secret is not said', (text, problem) => {
  const parsed = parseTsigKey(text)
  expect(parsed).toEqual({ problem: expect.stringMatching(problem) as string })
  expect(JSON.stringify(parsed)).not.toContain(BASE64)
})

test('a key that cannot be read is named with its file', () => {
  const path = join(tempDirectory(), 'key')
  expect(() => readTsigKey(path)).toThrow(`the key in \`${path}\` cannot be read`)
  writeFileSync(path, `gate hmac-sha256 ${BASE64}`.padEnd(5000))
  expect(() => readTsigKey(path)).toThrow(/not one line/)
})
