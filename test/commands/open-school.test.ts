import { expect, it } from 'vitest'
import { openSchool } from '../../commands/open-school.ts'
import { StoreRefused } from '../../records/sqlite/open-database.ts'
import { schoolFolder } from '../support/school-folder.ts'

it('records without a ledger are no school, and stay none', async () => {
  const folder = schoolFolder()
  const loaded = { config: folder.config(), directory: folder.directory }
  const opening = openSchool(loaded, { now: Date.now, err: () => undefined })
  await expect(opening).rejects.toThrow(StoreRefused)
})
