import { expect, test } from 'vitest'
import { collectMacos } from '../../../agent/collectors/macos/collect-macos.ts'
import {
  readBluetooth,
  readFileVault,
  readFirewall,
  readGatekeeper,
  readIdleTime,
  readInstallHistory,
  readIntegrityProtection,
  readMdmEnrolment,
  readProxies,
  readScreenLock,
  readSwVers,
  readVpnConnected,
} from '../../../agent/collectors/macos/read-macos.ts'
import { scriptedProbe } from '../scripted-probe.ts'

/**
 * Outputs as others have published them, none captured by us. Numbers are files of the public index in which
 * they were found on 2026-11-25. What is marked `constructed` was published nowhere that we found: a variation
 * of ours, or an answer that is no answer.
 */

test.each([
  // scriptingosx.com/2017/11/on-the-macos-version
  [
    'ProductName:    Mac OS X\nProductVersion: 10.13.1\nBuildVersion:   17B48\n',
    '10.13.1',
    '17B48',
  ],
  // fabien.iconus.ch, "Getting the macOS version number from the installer app"
  ['ProductName: macOS\nProductVersion: 15.3.1\nBuildVersion: 24D70\n', '15.3.1', '24D70'],
  ['sw_vers: not found', null, null],
])('sw_vers: %j', (printed, version, build) => {
  expect(readSwVers(printed)).toEqual({ version, build })
})

test.each([
  // 58469491869, 71451031572, 71567167344 (which names the last form)
  ['FileVault is On.\n', true],
  ['FileVault is Off.\n', false],
  // constructed, of the words that 71567167344 names
  ['FileVault is On.\nEncryption in progress: Percent completed = 41\n', false],
  ['fdesetup: error', null],
])('fdesetup status: %j', (printed, encrypted) => {
  expect(readFileVault(printed)).toBe(encrypted)
})

test.each([
  // 70261221443, captured there on macOS 26; 69411131932
  ['Firewall is enabled. (State = 1)\n', true],
  ['Firewall is disabled. (State = 0)\nFirewall stealth mode is on', false],
  ['', null],
])('socketfilterfw --getglobalstate: %j', (printed, on) => {
  expect(readFirewall(printed)).toBe(on)
})

test.each([
  // 63093681158, 58531901646
  ['System Integrity Protection status: enabled.\n', true],
  ['System Integrity Protection status: disabled.\n', false],
  // constructed
  ['System Integrity Protection status: unknown (Custom Configuration).\n', null],
])('csrutil status: %j', (printed, on) => {
  expect(readIntegrityProtection(printed)).toBe(on)
})

test.each([
  // 40876352706, 69606230556
  ['assessments enabled\n', true],
  ['assessments enabled\ndeveloper id enabled\n', true],
  ['assessments disabled\n', false],
  ['', null],
])('spctl --status: %j', (printed, on) => {
  expect(readGatekeeper(printed)).toBe(on)
})

test.each([
  // 27960959367, 68373783970
  [
    'Enrolled via DEP: No\nMDM enrollment: Yes (User Approved)\nMDM server: https://test.example.com/mdm/apple/mdm\n',
    true,
  ],
  ['Enrolled via DEP: No\nMDM enrollment: No\n', false],
  ['MDM enrollment: Yes\n', true],
  ['', null],
])('profiles status -type enrollment: %j', (printed, managed) => {
  expect(readMdmEnrolment(printed)).toBe(managed)
})

test.each([
  // 71607235187; the CIS benchmark's own audit, 296469632; 61992891181 for the last two
  ['2026-09-26 sysadminctl[1:2] screenLock delay is immediate', 0],
  ['2026-09-26 sysadminctl[1:2] screenLock is off', Infinity],
  ['screenLock delay is 5 seconds', 5],
  ['screenLock delay is 300 seconds', 300],
  ['screenLock delay is -1(.000000) seconds', Infinity],
  ['', null],
])('sysadminctl -screenLock status: %j', (printed, seconds) => {
  expect(readScreenLock(printed)).toBe(seconds)
})

test.each([
  // Apple's defaults(1); tenable.com, CIS macOS 10.14 audit 2.3.1
  ['600\n', 600],
  ['0\n', null],
  ['The domain/default pair of (com.apple.screensaver, idleTime) does not exist\n', null],
])('defaults -currentHost read com.apple.screensaver idleTime: %j', (printed, seconds) => {
  expect(readIdleTime(printed)).toBe(seconds)
})

const HEADING = 'Available network connection services in the current set (*=enabled):\n'

test.each([
  // 68982005712, 70259594187, 61466048968 (macOS 15.7), 1402348333
  ['no VPN at all', HEADING, false],
  [
    'one that is connected',
    `${HEADING}* (Disconnected)   F866AE22-4EC1-4524-8769-86A290A0C582 VPN (com.wireguard.macos) "office-wg"           [VPN:com.wireguard.macos]\n* (Connected)      9B33EDB3-7576-4A9C-AB78-BC8C08E05BE4 VPN (com.wireguard.macos) "home" [VPN:com.wireguard.macos]\n`,
    true,
  ],
  [
    'a modem that is not',
    `${HEADING}* (Disconnected)   B44D65CF-5842-4E0A-BBD3-32BC90572082 PPP --> USB JTAG/serial debug unit "USB JTAG/serial debug unit"     [PPP:Modem]\n`,
    false,
  ],
  ['another answer', 'scutil: unrecognized option', null],
])('scutil --nc list: %s', (_says, printed, connected) => {
  expect(readVpnConnected(printed)).toBe(connected)
})

test.each([
  // 54502297801, 60896716686, 58059215991
  ['none', '<dictionary> {\n  HTTPEnable : 0\n  SOCKSEnable : 0\n}\n', []],
  [
    'three',
    '<dictionary> {\n  ExceptionsList : <array> {\n    0 : localhost\n    1 : 127.0.0.0/8\n  }\n  HTTPEnable : 1\n  HTTPPort : 10808\n  HTTPProxy : 127.0.0.1\n  HTTPSEnable : 1\n  HTTPSPort : 10809\n  HTTPSProxy : secure-proxy.example\n  ProxyAutoConfigEnable : 0\n  SOCKSEnable : 1\n  SOCKSPort : 10810\n  SOCKSProxy : socks-proxy.example\n}',
    ['127.0.0.1:10808', 'secure-proxy.example:10809', 'socks-proxy.example:10810'],
  ],
  ['a PAC file', '<dictionary> {\n  ProxyAutoConfigEnable : 1\n}', ['auto']],
  ['another answer', '', null],
])('scutil --proxy: %s', (_says, printed, proxies) => {
  expect(readProxies(printed)).toEqual(proxies)
})

test.each([
  // 28447459049, 52883985675
  [
    '{"SPBluetoothDataType": [{"controller_properties": {"controller_state": "attrib_on", "controller_discoverable": "attrib_off"}}]}',
    false,
  ],
  [
    '{"SPBluetoothDataType": [{"controller_properties": {"controller_discoverable" : "attrib_on"}}]}',
    true,
  ],
  ['{"SPBluetoothDataType": []}', null],
])('system_profiler SPBluetoothDataType -json: %j', (printed, discoverable) => {
  expect(readBluetooth(printed)).toBe(discoverable)
})

/** spec/unit/resource/data/InstallHistory_with_CLT.plist of Chef (66556801975), its first entry. */
const INSTALL_HISTORY = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<array>
	<dict>
		<key>contentType</key>
		<string>config-data</string>
		<key>date</key>
		<date>2019-10-07T20:09:37Z</date>
		<key>displayName</key>
		<string>XProtectPlistConfigData</string>
		<key>displayVersion</key>
		<string>2106</string>
		<key>packageIdentifiers</key>
		<array>
			<string>com.apple.pkg.XProtectPlistConfigData_10_15.16U4081</string>
		</array>
		<key>processName</key>
		<string>softwareupdated</string>
	</dict>
</array>
</plist>
`

test('InstallHistory.plist: when XProtect came last, and that nothing of macOS did', () => {
  expect(readInstallHistory(INSTALL_HISTORY)).toEqual({
    system: null,
    xprotect: Date.parse('2019-10-07T20:09:37Z'),
  })
  // constructed: the same file with its entry's name as eclecticlight.co/2015/09/25/what-was-installed describes it.
  const system = INSTALL_HISTORY.replace('XProtectPlistConfigData<', 'macOS 10.15.1 Update<')
  expect(readInstallHistory(system).system).toBe(Date.parse('2019-10-07T20:09:37Z'))
  expect(readInstallHistory('bplist00')).toEqual({ system: null, xprotect: null })
})

test('a Mac in order says so, and only fixed commands are run', async () => {
  const probe = scriptedProbe({
    now: Date.parse('2019-10-09T08:00:00Z'),
    files: { '/Library/Receipts/InstallHistory.plist': INSTALL_HISTORY },
    commands: {
      '/usr/bin/sw_vers': 'ProductName: macOS\nProductVersion: 15.3.1\nBuildVersion: 24D70\n',
      '/usr/bin/fdesetup status': 'FileVault is On.\n',
      '/usr/libexec/ApplicationFirewall/socketfilterfw --getglobalstate':
        'Firewall is enabled. (State = 1)\n',
      '/usr/bin/csrutil status': 'System Integrity Protection status: enabled.\n',
      '/usr/sbin/spctl --status': 'assessments enabled\n',
      '/usr/bin/profiles status -type enrollment': 'MDM enrollment: Yes (User Approved)\n',
      '/usr/sbin/sysadminctl -screenLock status': 'screenLock delay is 5 seconds\n',
      '/usr/bin/defaults -currentHost read com.apple.screensaver idleTime': '600\n',
      '/usr/sbin/scutil --nc list': HEADING,
      '/usr/sbin/scutil --proxy': '<dictionary> {\n  HTTPEnable : 0\n}\n',
    },
  })
  expect(await collectMacos(probe, null)).toEqual({
    os_version: '15.3.1',
    os_build: '24D70',
    patch_age_days: null,
    screen_lock: true,
    // 605 s are more than ten minutes.
    auto_lock_min: 11,
    disk_encrypted: true,
    av: { product: 'XProtect', running: true, defs_age_days: 1 },
    firewall: true,
    jailbroken: false,
    unknown_sources: false,
    mdm: true,
    vpn_or_proxy_profile: false,
    bluetooth_discoverable: null,
  })
  expect(probe.ran.every((command) => command.startsWith('/usr/'))).toBe(true)
})

test('a Mac whose tools say nothing is unknown in everything', async () => {
  const facts = await collectMacos(scriptedProbe({}), null)
  const { av, ...rest } = facts
  expect(new Set(Object.values(rest))).toEqual(new Set([null]))
  expect(av).toEqual({ product: 'XProtect', running: null, defs_age_days: null })
})
