import { expect, test } from 'vitest'
import { Account, DeviceTable } from '../../../proxy/bandwidth/device-table.ts'
import { openUsage } from '../../../proxy/bandwidth/open-usage.ts'
import { UsageStore } from '../../../records/usage/usage-store.ts'
import { policyOfChange } from '../../rules/policy/changed-example.ts'
import { schoolFolder } from '../../support/school-folder.ts'

const POLICY = policyOfChange({
  'bandwidth.classes.personal': { quota: { size: '1 MB', per: 'week', then: 'block' } },
})

test('what was counted up to the stop is saved by it, and closes the device at the next start', async () => {
  const school = schoolFolder()
  const records = school.path('records')
  school.write('records/.keep', '')
  const quiet = (): void => undefined
  const options = {
    ...{ config: school.config(), directory: school.directory, clockOffsetMs: 0, version: '0' },
    log: { info: quiet, warn: quiet, error: quiet },
  }
  const devices = { memory: DeviceTable.memory(), key: new Uint8Array(32) }
  const order = { bundle: { policy: POLICY }, handle: { tellEvent: quiet } }
  {
    await using open = new AsyncDisposableStack()
    const { onMetered } = openUsage(options, { ...order, start: { devices } }, open)
    const table = new DeviceTable(devices)
    const facts = { deviceId: 'phone', personRef: null, role: 'staff', zone: 'office', phase: null }
    const phone = new Account(table, table.keyOf('phone'), (place) => {
      onMetered({ ...facts, place, who: 'phone' })
    })
    phone.belongTo(0)
    phone.count(2_000_000)
  }
  using store = UsageStore.read(records)
  expect(store?.all()).toMatchObject([{ who: 'phone', classId: 'personal', octets: 2_000_000 }])
  await using open = new AsyncDisposableStack()
  const again = { memory: DeviceTable.memory(), key: new Uint8Array(32).fill(1) }
  openUsage(options, { ...order, start: { devices: again } }, open)
  const table = new DeviceTable(again)
  expect(new Account(table, table.keyOf('phone'), quiet).isSpent(0)).toBe(true)
})
