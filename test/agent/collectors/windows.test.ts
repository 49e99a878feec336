import { expect, test } from 'vitest'
import { collectWindows } from '../../../agent/collectors/windows/collect-windows.ts'
import {
  readBitLocker,
  readCount,
  readDefender,
  readFirewallProfiles,
  readMdmUrl,
  readNewestHotFix,
  readRegistryNumber,
  readRegistryText,
  readScreenSaver,
  readUserProxy,
  readWinHttpProxy,
} from '../../../agent/collectors/windows/read-windows.ts'
import { scriptedProbe } from '../scripted-probe.ts'

/**
 * Outputs as others have published them, none captured by us. Numbers are files of the public index in which
 * they were found on 2026-11-25. What is marked `constructed` was published nowhere that we found: a variation
 * of ours, or an answer that is no answer.
 */

/** 3562018126, Windows 11 22H2, a German number format. */
const BITLOCKER_ON = `BitLocker Drive Encryption: Configuration Tool version 10.0.22621
Copyright (C) 2013 Microsoft Corporation. All rights reserved.

Volume C: [Windows]
[OS Volume]

    Size:                 69,13 GB
    BitLocker Version:    2.0
    Conversion Status:    Used Space Only Encrypted
    Percentage Encrypted: 100,0%
    Encryption Method:    AES 256
    Protection Status:    Protection On
    Lock Status:          Unlocked
    Identification Field: Unknown
    Key Protectors:
        Numerical Password
        Password
`

test.each([
  ['on, Windows 11 22H2', BITLOCKER_ON, true],
  // 56797422584, its second volume
  [
    'off',
    'Volume D: [Data]\n\n    Conversion Status:    Fully Decrypted\n    Protection Status:    Protection Off\n',
    false,
  ],
  [
    'without the rights to see it',
    'ERROR: An attempt to access a required resource was denied.',
    null,
  ],
])('manage-bde -status: %s', (_says, printed, on) => {
  expect(readBitLocker(printed)).toBe(on)
})

/** 65831588782, 71272469526. */
const profiles = (domain: string, own: string, open: string): string =>
  [
    ['Domain', domain],
    ['Private', own],
    ['Public', open],
  ]
    .map(
      ([name, state]) =>
        `${name} Profile Settings: \r\n----------------------------------------------------------------------\r\nState                                 ${state}\r\n`,
    )
    .join('\r\n')

test('netsh advfirewall: on means on for all three', () => {
  expect(readFirewallProfiles(profiles('ON', 'ON', 'ON'))).toBe(true)
  expect(readFirewallProfiles(profiles('ON', 'ON', 'OFF'))).toBe(false)
  expect(
    readFirewallProfiles('An error occurred while attempting to contact the service.'),
  ).toBeNull()
})

/** 60067345709 (Windows 10), 52015216669 and 21256487941, as far as they matter. */
const defender = (
  age: string,
  realTime: string,
): string => `AMEngineVersion                 : 1.1.17900.7
AMProductVersion                : 4.10.14393.2248
AMServiceEnabled                : True
AMServiceVersion                : 4.10.14393.2248
AntispywareEnabled              : True
AntispywareSignatureAge         : ${age}
AntivirusEnabled                : True
AntivirusSignatureAge           : ${age}
AntivirusSignatureLastUpdated   : 3/28/2021 2:59:12 AM
BehaviorMonitorEnabled          : False
FullScanAge                     : 4294967295
RealTimeProtectionEnabled       : ${realTime}
`

test.each([
  [defender('1', 'True'), true, 1],
  [defender('1168', 'False'), false, 1168],
  [defender('4294967295', 'True'), true, null],
  ["Get-MpComputerStatus : The term 'Get-MpComputerStatus' is not recognized", null, null],
])('Get-MpComputerStatus', (printed, running, defsAgeDays) => {
  expect(readDefender(printed)).toEqual({ running, defsAgeDays })
})

test.each([
  // learn.microsoft.com, "Troubleshoot devices by using the dsregcmd command"; 55694648678
  [
    '             AzureAdJoined : YES\n          EnterpriseJoined : NO\n                    MdmUrl : https://enrollment.manage.microsoft.com/enrollmentserver/\n',
    true,
  ],
  ['             AzureAdJoined : NO\n          EnterpriseJoined : NO\n', false],
  ['', null],
])('dsregcmd /status: %j', (printed, managed) => {
  expect(readMdmUrl(printed)).toBe(managed)
})

/** 15013788673, and 54103702161 for a device with a policy. */
const SCREEN_SAVER = `
HKEY_CURRENT_USER\\Control Panel\\Desktop
    ScreenSaveActive    REG_SZ    1
    ScreenSaverIsSecure    REG_SZ    1
    ScreenSaveTimeOut    REG_SZ    600
    SCRNSAVE.EXE    REG_SZ    scrnsave.scr
`

test('reg query Control Panel\\Desktop', () => {
  expect(readScreenSaver(SCREEN_SAVER)).toEqual({ locks: true, seconds: 600 })
  const insecure = SCREEN_SAVER.replace('Secure    REG_SZ    1', 'Secure    REG_SZ    0')
  expect(readScreenSaver(insecure)).toEqual({ locks: false, seconds: null })
  const none = 'ERROR: The system was unable to find the specified registry key or value.'
  expect(readScreenSaver(none)).toEqual({ locks: null, seconds: null })
})

test('reg query: numbers are hexadecimal, texts are as they are', () => {
  // 70282949656
  const limit = '\r\n    InactivityTimeoutSecs    REG_DWORD    0x384\r\n'
  expect(readRegistryNumber(limit, 'InactivityTimeoutSecs')).toBe(900)
  expect(readRegistryNumber(limit, 'Other')).toBeNull()
  expect(readRegistryText(SCREEN_SAVER, 'SCRNSAVE.EXE')).toBe('scrnsave.scr')
})

test.each([
  // 20060009180, 25309159955, 65746853318
  ['Current WinHTTP proxy settings:\n\n    Direct access (no proxy server).\n', ''],
  [
    'Current WinHTTP proxy settings:\n\n    Proxy Server(s) :  testProxy:8999\n    Bypass List     :  (none)\n',
    'testProxy:8999',
  ],
  [
    '    Proxy Server(s) : http://192.168.0.117:8080\n    Bypass List : <local>\n',
    '192.168.0.117:8080',
  ],
  ['', null],
])('netsh winhttp show proxy: %j', (printed, proxy) => {
  expect(readWinHttpProxy(printed)).toBe(proxy)
})

test.each([
  // 69004275371, 52858231992
  [
    'HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\n    ProxyEnable    REG_DWORD    0x1\n    ProxyServer    REG_SZ    127.0.0.1:7890\n    ProxyOverride    REG_SZ    <local>\n',
    '127.0.0.1:7890',
  ],
  ['    ProxyEnable    REG_DWORD    0x0', ''],
  ['', null],
])('reg query Internet Settings: %j', (printed, proxy) => {
  expect(readUserProxy(printed)).toBe(proxy)
})

test('our own formats of PowerShell', () => {
  expect(readNewestHotFix('2026-10-14\r\n2026-11-11\r\n2025-01-01\r\n')).toBe(
    Date.parse('2026-11-11'),
  )
  expect(readNewestHotFix('Get-HotFix : Access denied')).toBeNull()
  expect([readCount('2\r\n'), readCount(''), readCount('no')]).toEqual([2, null, null])
})

const SYSTEM = 'C:\\Windows\\System32'
const POWERSHELL = `${SYSTEM}\\WindowsPowerShell\\v1.0\\powershell.exe -NoLogo -NoProfile -NonInteractive -Command`

test('a Windows in order says so, and only fixed commands are run', async () => {
  const probe = scriptedProbe({
    commands: {
      [`${SYSTEM}\\manage-bde.exe -status C:`]: BITLOCKER_ON,
      [`${SYSTEM}\\netsh.exe advfirewall show allprofiles state`]: profiles('ON', 'ON', 'ON'),
      [`${POWERSHELL} Get-MpComputerStatus`]: defender('1', 'True'),
      [`${SYSTEM}\\reg.exe query HKCU\\Control Panel\\Desktop`]: SCREEN_SAVER,
    },
  })
  expect(await collectWindows(probe, null)).toMatchObject({
    screen_lock: true,
    auto_lock_min: 10,
    disk_encrypted: true,
    av: { product: 'Microsoft Defender', running: true, defs_age_days: 1 },
    firewall: true,
    jailbroken: false,
    unknown_sources: null,
    vpn_or_proxy_profile: null,
  })
  expect(probe.ran.every((command) => command.startsWith(`${SYSTEM}\\`))).toBe(true)
})

test('a Windows whose tools say nothing is unknown in everything', async () => {
  const { av, jailbroken, ...rest } = await collectWindows(scriptedProbe({}), null)
  expect(new Set(Object.values({ ...rest, os_version: null }))).toEqual(new Set([null]))
  expect(av).toEqual({ product: null, running: null, defs_age_days: null })
  expect(jailbroken).toBe(false)
})
