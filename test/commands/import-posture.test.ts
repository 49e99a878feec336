import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listAgents } from '../../commands/agent-list.ts'
import { importPosture } from '../../commands/import-posture.ts'
import { importList } from '../../commands/import.ts'
import { AT, device, deviceEdit, REASON, sampleDesk } from '../records/governance/sample-desk.ts'
import { tempDirectory } from '../support/temp-directory.ts'
import { runCommand } from './run-command.ts'

const TEXT = JSON.stringify({
  value: [
    {
      ...{ serialNumber: 'INT-1', lastSyncDateTime: new Date(AT - 3_600_000).toISOString() },
      ...{ operatingSystem: 'iOS', osVersion: '18.1', jailBroken: 'False', isEncrypted: false },
    },
  ],
})

async function scene() {
  const made = sampleDesk()
  const facts = { ...device('ipad', 'staff', 'approved'), asset: { serial: 'INT-1' } }
  await made.submit([deviceEdit({ ...facts, ownership: 'school' })], 'it', AT - 1000)
  const file = join(tempDirectory(), 'devices.json')
  writeFileSync(file, TEXT)
  const run = (...args: readonly string[]) =>
    runCommand(importList, ['posture', ...args, '--records', made.directory], {})
  const list = () => runCommand(listAgents, ['--records', made.directory], {})
  return { file, run, list }
}

test('an export is tried, then kept, and the list says where the device stands, by whom and how old', async () => {
  const { file, run, list } = await scene()
  const tried = await run(file, '--from', 'intune', '--dry-run')
  expect(tried).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^ipad: ok\n1 devices, .*nothing was changed$/) as string,
  })
  expect((await list()).out).toBe('')
  const as = ['--actor', 'it', '--reason', REASON]
  expect(await run(file, '--from', 'intune', ...as)).toMatchObject({ code: 0, err: '' })
  expect((await list()).out).toBe(
    'ipad: grace disk_encryption, last seen by intune at 2026-11-24T09:00:00.000Z',
  )
})

test('who may not say how devices stand is refused', async () => {
  const { file, run, list } = await scene()
  const teacher = await run(file, '--from', 'intune', '--actor', 'teacher', '--reason', REASON)
  expect(teacher).toMatchObject({
    code: 1,
    err: '`teacher` is none of network_manager, it now, says the ledger',
  })
  expect((await run(file, '--from', 'intune', '--actor', 'it', '--reason', 'new')).code).toBe(1)
  expect((await list()).out).toBe('')
})

test.each([
  ['no source', ['x.json'], '--from is one of google, intune, jamf'],
  ['no file', ['--from', 'jamf'], 'name one file'],
  ['nobody', ['x.json', '--from', 'jamf'], 'say who imports and why'],
])('%s is wrong usage', async (_, args, said) => {
  const { directory } = sampleDesk()
  const ran = await runCommand(importPosture, [...args, '--records', directory], {})
  expect(ran).toMatchObject({ code: 2, err: expect.stringContaining(said) as string })
})

test('a file that is not there is refused', async () => {
  const { run } = await scene()
  expect(await run('/none.json', '--from', 'jamf', '--dry-run')).toMatchObject({
    code: 1,
    err: expect.stringContaining("can't be read") as string,
  })
})
