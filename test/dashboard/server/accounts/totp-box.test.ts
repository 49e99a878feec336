import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { totpBox } from '../../../../dashboard/server/accounts/totp-box.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'

it('each records directory has a key of its own, which nobody else may read', () => {
  const [one, other] = [tempDirectory(), tempDirectory()]
  const sealed = totpBox(one).seal('secret')
  expect(totpBox(one).open(sealed)).toBe('secret')
  expect(() => totpBox(other).open(sealed)).toThrow()
  expect(statSync(join(one, 'totp.key')).mode & 0o077).toBe(0)
})
