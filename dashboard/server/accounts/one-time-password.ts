import { Secret, TOTP } from 'otpauth'

/** RFC 6238 as every authenticator app has it: SHA-1, six digits, thirty seconds. */
const SHAPE = { algorithm: 'SHA1', digits: 6, period: 30 } as const

/** A secret of 160 bits (RFC 4226 section 4), base32. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32
}

/** What an app reads from a QR code. */
export function totpUri(
  secret: string,
  { issuer, label }: { issuer: string; label: string },
): string {
  return new TOTP({ ...SHAPE, issuer, label, secret: Secret.fromBase32(secret) }).toString()
}

/**
 * The time step of a right code, one step early or late allowed; null for a wrong one and for one whose step
 * was used already (RFC 6238 section 5.2). `now` in epoch ms of the world's clock, which the phone has, too.
 */
export function totpStep(
  code: string,
  { secret, now, lastStep }: { secret: string; now: number; lastStep: number },
): number | null {
  if (!/^\d{6}$/.test(code)) return null
  const totp = new TOTP({ ...SHAPE, secret: Secret.fromBase32(secret) })
  const delta = totp.validate({ token: code, timestamp: now, window: 1 })
  if (delta === null) return null
  const step = Math.floor(now / 1_000 / SHAPE.period) + delta
  return step > lastStep ? step : null
}
