import { expect, it } from 'vitest'
import {
  newTotpSecret,
  totpStep,
  totpUri,
} from '../../../../dashboard/server/accounts/one-time-password.ts'

/** RFC 6238, appendix B: the secret `12345678901234567890`, six digits of the eight. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

it.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_234_567_890, '005924'],
  [20_000_000_000, '353130'],
])('at %i s the code is %s (RFC 6238, appendix B)', (seconds, code) => {
  const now = seconds * 1_000
  expect(totpStep(code, { secret: SECRET, now, lastStep: -1 })).toBe(Math.floor(seconds / 30))
})

it('a code is good half a minute early or late, and once', () => {
  const at = (seconds: number, lastStep = -1) =>
    totpStep('081804', { secret: SECRET, now: seconds * 1_000, lastStep })
  const step = Math.floor(1_111_111_109 / 30)
  expect(at(1_111_111_109 + 30)).toBe(step)
  expect(at(1_111_111_109 - 30)).toBe(step)
  expect(at(1_111_111_109 + 90)).toBeNull()
  expect(at(1_111_111_109, step)).toBeNull()
})

it.each(['', '12345', '1234567', 'abcdef', '12 456'])('`%s` is no code', (code) => {
  expect(totpStep(code, { secret: SECRET, now: 59_000, lastStep: -1 })).toBeNull()
})

it('a new secret has 160 bits and fits an app', () => {
  const secret = newTotpSecret()
  expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  expect(totpUri(secret, { issuer: 'Schoolgate', label: 'ex:dsl' })).toContain(`secret=${secret}`)
})
