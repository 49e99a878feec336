import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  ACCOUNTS_FILE,
  ACCOUNTS_SCHEMA,
} from '../../../../dashboard/server/accounts/account-schema.ts'
import { openDatabase, StoreRefused } from '../../../../records/sqlite/open-database.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'

it('a foreign file in its place is refused and stays as it was', () => {
  const path = join(tempDirectory(), ACCOUNTS_FILE)
  writeFileSync(path, 'not a database, but somebody’s notes'.repeat(100))
  expect(() => openDatabase(path, ACCOUNTS_SCHEMA)).toThrow(StoreRefused)
})
