import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { DeviceKey, isKeyExposed } from '../../agent/device-key.ts'
import { signedBody } from '../../agent/make-report.ts'
import { keyOf } from '../../records/posture/take-report.ts'
import { readReport } from '../../rules/posture/read-report.ts'
import { reportText } from '../../rules/posture/report-text.ts'
import { postureOf } from '../support/sample-posture.ts'
import { tempDirectory } from '../support/temp-directory.ts'

test('a key is kept where its owner alone can read it, and read back', () => {
  const directory = join(tempDirectory(), 'state')
  const key = DeviceKey.generate()
  key.save(directory)
  expect(statSync(join(directory, 'device.key')).mode & 0o777).toBe(0o600)
  expect(statSync(directory).mode & 0o777).toBe(0o700)
  expect(DeviceKey.read(directory)?.publicKey).toBe(key.publicKey)
  expect(isKeyExposed(directory)).toBe(false)
})

test('a key that others can read, or that is gone, is said', () => {
  const directory = join(tempDirectory(), 'state')
  expect(isKeyExposed(directory)).toBe(true)
  DeviceKey.generate().save(directory)
  chmodSync(join(directory, 'device.key'), 0o644)
  expect(isKeyExposed(directory)).toBe(true)
})

test('what is no Ed25519 key is none', () => {
  const directory = tempDirectory()
  expect(DeviceKey.read(directory)).toBeNull()
  writeFileSync(join(directory, 'device.key'), 'torn')
  expect(DeviceKey.read(directory)).toBeNull()
})

test('a body is read by the school and verifies under the public key', () => {
  const key = DeviceKey.generate()
  const now = Date.parse('2026-11-25T09:00:00Z')
  const body = signedBody(postureOf(), { deviceId: 'laptop', key, now })
  const read = readReport(body, 'personal')
  if (!read.ok) throw new Error(read.message)
  const { report, signature } = read.signed
  expect(report).toMatchObject({ device_id: 'laptop', ts: '2026-11-25T09:00:00.000Z' })
  const text = Buffer.from(reportText(report))
  expect(verify(null, text, keyOf(key.publicKey), Buffer.from(signature, 'base64url'))).toBe(true)
  expect(signedBody(postureOf(), { deviceId: 'laptop', key, now })).not.toBe(body)
})
