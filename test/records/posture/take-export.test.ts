import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PostureStore } from '../../../records/posture/posture-store.ts'
import { readExport, type ReadExport } from '../../../records/posture/read-export.ts'
import { takeExport } from '../../../records/posture/take-export.ts'
import { Problems } from '../../../records/register/csv-table.ts'
import type { AgentFacts } from '../../../records/register/register.ts'
import { describeProblem } from '../../../rules/policy/yaml-source.ts'
import { DEFAULT_POSTURE_RULES } from '../../../rules/posture/posture-rules.ts'
import type { ExportSource } from '../../../rules/posture/export-rules.ts'
import { FUZZ_RUNS } from '../../support/fuzz-runs.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { device } from '../governance/sample-desk.ts'

const NOW = Date.parse('2026-11-25T09:00:00Z')
const DAY = 86_400_000

function read(from: ExportSource, text: string): ReadExport {
  const result = readExport(from, { name: 'export', octets: Buffer.from(text) }, NOW)
  if (result instanceof Problems) throw new Error(result.kept.map(describeProblem).join())
  return result
}

/** Fields and values as the reference of the Directory API shows a ChromeOsDevice. */
const CHROMEBOOK = {
  ...{ kind: 'admin#directory#chromeosdevice', deviceId: 'd-1', serialNumber: '8B17G066JL' },
  ...{ status: 'ACTIVE', lastSync: '2026-11-24T07:26:57.326Z', osVersion: '120.0.6099.315' },
  ...{ macAddress: 'b4692118c676', bootMode: 'Verified', orgUnitPath: '/Pupils' },
  recentUsers: [{ type: 'USER_TYPE_MANAGED', email: 'user@school.test' }],
}

/** As learn.microsoft.com/graph/api/resources/intune-devices-manageddevice describes one. */
const MANAGED = {
  ...{ '@odata.type': '#microsoft.graph.managedDevice', id: 'm-1', serialNumber: 'INT-1' },
  ...{ lastSyncDateTime: '2026-11-25T08:00:00Z', operatingSystem: 'iPadOS', osVersion: '17.6' },
  ...{ jailBroken: 'False', isEncrypted: true, managementState: 'managed' },
  ...{ userPrincipalName: 'ada@school.test', phoneNumber: '0123' },
}

/** As `computers-inventory` of the Jamf Pro API answers. */
const COMPUTER = {
  general: { lastContactTime: '2026-11-25T08:30:00.000Z', remoteManagement: { managed: true } },
  hardware: { serialNumber: 'C02XY1234567' },
  operatingSystem: { name: 'macOS', version: '15.4.0', build: '24E248' },
  security: { firewallEnabled: true },
  diskEncryption: { bootPartitionEncryptionDetails: { partitionFileVault2State: 'ENCRYPTED' } },
}

const READ: readonly [says: string, from: ExportSource, text: string, facts: object][] = [
  [
    'the Directory API',
    'google',
    JSON.stringify({ chromeosdevices: [CHROMEBOOK] }),
    { os: 'chromeos', os_version: '120.0.6099.315', jailbroken: false, mdm: true },
  ],
  [
    'GAM’s table of it',
    'google',
    'deviceId,serialNumber,lastSync,osVersion,status,bootMode,orgUnitPath\nd,S1,2026-11-24T07:00:00Z,120,DEPROVISIONED,Dev,/\n',
    { os: 'chromeos', os_version: '120', jailbroken: true, mdm: false },
  ],
  [
    'Microsoft Graph',
    'intune',
    JSON.stringify({ value: [MANAGED] }),
    { os: 'ipados', jailbroken: false, disk_encrypted: true, mdm: true },
  ],
  [
    'a table of managed devices in UTF-16',
    'intune',
    'SerialNumber,LastSyncDateTime,OperatingSystem,OSVersion,IsEncrypted,JailBroken\nS1,2026-11-25T08:00:00Z,Windows,10.0.22631.3007,False,Unknown\n',
    { os: 'windows', os_version: '10.0.22631.3007', disk_encrypted: false, jailbroken: null },
  ],
  [
    'Jamf Pro',
    'jamf',
    JSON.stringify({ totalCount: 1, results: [COMPUTER] }),
    { os: 'macos', os_build: '24E248', firewall: true, disk_encrypted: true, mdm: true },
  ],
]

test.each(READ)('%s is read, and holds nothing of its user', (says, from, text, facts) => {
  const octets = says.includes('UTF-16')
    ? Buffer.from(`\uFEFF${text}`, 'utf16le')
    : Buffer.from(text)
  const result = readExport(from, { name: 'export', octets }, NOW)
  if (result instanceof Problems) throw new Error(result.kept.map(describeProblem).join())
  expect(result.devices).toMatchObject([{ facts: { ...facts, tamper: false } }])
  const kept = JSON.stringify(result.devices)
  for (const secret of ['school.test', '0123', '/Pupils']) expect(kept).not.toContain(secret)
})

test('bad devices are told and left out, the others count', () => {
  const list = [
    MANAGED,
    { ...MANAGED, serialNumber: '' },
    { ...MANAGED, serialNumber: 'A', lastSyncDateTime: 'yesterday' },
    { ...MANAGED, serialNumber: 'B', lastSyncDateTime: '2027-01-01T00:00:00Z' },
    { ...MANAGED, serialNumber: 'C', operatingSystem: 'Amiga' },
    MANAGED,
    null,
  ]
  const { devices, problems } = read('intune', JSON.stringify(list))
  expect(devices).toHaveLength(1)
  expect(problems.kept.map(describeProblem)).toEqual([
    'export:1:1: [1]: `serialnumber` is missing or no number',
    'export:1:1: [2]: `A`: `lastsyncdatetime` is no time',
    'export:1:1: [3]: `B`: `lastsyncdatetime` is yet to come',
    'export:1:1: [4]: `C` runs a system that is none of ours',
    'export:1:1: [5]: `INT-1` is there twice',
    'export:1:1: [6]: `serialnumber` is missing or no number',
  ])
})

test.each([
  ['google', '{"chromeosdevices": 3}', 'no list `chromeosdevices`'],
  ['intune', '{"value": [', 'JSON'],
  ['jamf', 'Serial Number,Name\n', 'no CSV'],
  ['google', 'Serial,Sync\n', 'column `serialnumber` is missing'],
] as const)('a file of %s that is none is told', (from, text, said) => {
  const result = readExport(from, { name: 'export', octets: Buffer.from(text) }, NOW)
  expect(result).toBeInstanceOf(Problems)
  expect((result as Problems).kept.map(describeProblem).join('\n')).toContain(said)
})

test('no text makes the reader throw', () => {
  fc.assert(
    fc.property(fc.constantFrom('google', 'intune', 'jamf'), fc.json(), (from, text) => {
      readExport(from, { name: 'x', octets: Buffer.from(text) }, NOW)
    }),
    { numRuns: FUZZ_RUNS },
  )
})

function scene(agents: Readonly<Record<string, AgentFacts>> = {}) {
  const store = PostureStore.open(tempDirectory())
  const tablet = { ...device('tablet', 'pupil', 'approved'), asset: { serial: 'int-1' } }
  const register = {
    agents: new Map(Object.entries(agents)),
    devices: new Map([['tablet', tablet]]),
  }
  const take = (text: string, { now = NOW, dryRun = false } = {}) => {
    const { devices } = read('intune', text)
    const deps = { register, rules: DEFAULT_POSTURE_RULES, store, now, dryRun }
    return takeExport('intune', devices, deps)
  }
  return { store, take }
}

test('a device is found by its serial number, and kept with its source and the age of its last contact', () => {
  const { store, take } = scene()
  const other = { ...MANAGED, serialNumber: 'NOBODY' }
  const text = JSON.stringify([MANAGED, other])
  expect(take(text, { dryRun: true }).taken).toEqual([['tablet', 'ok']])
  expect(store.last('tablet')).toBeNull()
  expect(take(text)).toMatchObject({ taken: [['tablet', 'ok']], unknown: ['NOBODY'] })
  expect(store.last('tablet')).toMatchObject({
    source: 'intune',
    at: Date.parse(MANAGED.lastSyncDateTime),
  })
  expect(take(text)).toMatchObject({ taken: [], unchanged: ['tablet'] })
})

test('what it fails by is said, and what nobody has seen for a week is stale', () => {
  const { take } = scene()
  const broken = JSON.stringify([{ ...MANAGED, jailBroken: 'True' }])
  expect(take(broken).taken).toEqual([['tablet', 'failed:jailbreak']])
  const old = { ...MANAGED, lastSyncDateTime: '2026-11-25T08:30:00Z' }
  expect(take(JSON.stringify([old]), { now: NOW + 8 * DAY }).taken).toEqual([['tablet', 'stale']])
})

test('a device with an agent of its own is left to it', () => {
  const { store, take } = scene({ tablet: { publicKey: 'k', invitation: null, revoked: false } })
  expect(take(JSON.stringify([MANAGED]))).toMatchObject({ taken: [], withAgent: ['tablet'] })
  expect(store.last('tablet')).toBeNull()
})
