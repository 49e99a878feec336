import { expect, test } from 'vitest'
import { collectLinux } from '../../../agent/collectors/linux/collect-linux.ts'
import {
  lockDelayOf,
  readSeconds,
  readSwitch,
} from '../../../agent/collectors/linux/read-desktop.ts'
import { readRootEncrypted } from '../../../agent/collectors/linux/read-disk.ts'
import {
  readDiscoverable,
  readEnvironmentProxies,
  readTunnelUp,
  readUfwEnabled,
} from '../../../agent/collectors/linux/read-network.ts'
import {
  readLastAptUpgrade,
  readNewestRpm,
  readTrustedSource,
  readUnsignedAllowed,
} from '../../../agent/collectors/linux/read-packages.ts'
import {
  readDefenderRunning,
  readOsVersion,
  readUnitActive,
} from '../../../agent/collectors/linux/read-system.ts'
import { scriptedProbe } from '../scripted-probe.ts'

/** Captured on Debian 12 (util-linux 2.38.1), 2026-11-25. */
const LSBLK_PLAIN = `{
   "blockdevices": [
      {
         "name": "zram0",
         "type": "disk",
         "mountpoints": [
             null
         ]
      },{
         "name": "vda",
         "type": "disk",
         "mountpoints": [
             "/"
         ]
      }
   ]
}
`

/** As published in a test of a disk tool, Fedora with btrfs on LUKS2 (find_string index, file 71003162082). */
const LSBLK_LUKS = `{"blockdevices": [{"name": "nvme0n1", "type": "disk", "mountpoints": [null], "children": [{
  "name": "/dev/nvme0n1p3", "path": "/dev/nvme0n1p3", "fstype": "crypto_LUKS", "fsver": "2",
  "uuid": "abcd", "size": "100G", "type": "part", "mountpoints": [null],
  "children": [{
    "name": "/dev/mapper/luks-abcd", "type": "crypt", "fstype": "btrfs", "mountpoints": ["/", "/home"]
  }]}]}]}`

/** util-linux before 2.37 writes one \`mountpoint\` (file 3304601158); the RAID's encrypted part is not the root. */
const LSBLK_OLD = `{"blockdevices": [
  {"name": "sda", "type": "disk", "mountpoint": null, "children": [
    {"name": "sda1", "type": "part", "mountpoint": "/"}]},
  {"name": "md0", "type": "raid6", "mountpoint": null, "fstype": "crypto_LUKS", "children": [
    {"name": "/dev/mapper/securehdd", "type": "crypt", "mountpoint": "/mnt/secure", "fstype": "ext4", "children": []}]}
]}`

test.each([
  ['a plain disk', LSBLK_PLAIN, false],
  ['LUKS under the root', LSBLK_LUKS, true],
  ['another disk that is encrypted', LSBLK_OLD, false],
  ['no root at all, as in a container', '{"blockdevices": []}', null],
  ['no JSON', 'lsblk: failed to access sysfs directory', null],
])('disk: %s', (_says, printed, encrypted) => {
  expect(readRootEncrypted(printed)).toBe(encrypted)
})

/** The log of this container, its second entry; the first is constructed of it, because nothing was upgraded here. */
const HISTORY = `
Start-Date: 2026-11-20  09:10:11
Commandline: apt-get upgrade -y
Upgrade: libssl3:amd64 (3.0.15-1~deb12u1, 3.0.16-1~deb12u1)
End-Date: 2026-11-20  09:10:31

Start-Date: 2026-11-25  02:48:06
Commandline: apt-get install --yes --quiet --no-install-recommends redis-server dnsperf
Install: redis-server:amd64 (5:7.0.15-1~deb12u10), dnsperf:amd64 (2.10.0-2)
End-Date: 2026-11-25  02:48:09
`

test('the last upgrade counts, not the last installation', () => {
  expect(readLastAptUpgrade(HISTORY)).toBe(new Date(2026, 10, 20, 9, 10, 31).getTime())
  expect(readLastAptUpgrade(HISTORY.replace('Upgrade:', 'Install:'))).toBeNull()
  expect(readLastAptUpgrade('')).toBeNull()
})

test('an upgrade that was broken off is none', () => {
  const broken = 'Start-Date: 2026-11-20  09:10:11\nUpgrade: libssl3:amd64 (1, 2)\nError: dpkg\n'
  expect(readLastAptUpgrade(broken)).toBeNull()
})

/** Constructed: the query prints our own format. */
test('rpm prints an install time a package; the newest counts', () => {
  expect(readNewestRpm('1696857243\n1696857999\n1600000000\n')).toBe(1_696_857_999_000)
  expect(readNewestRpm('(none)\n')).toBeNull()
})

/** Captured here: the parts of \`apt-config dump\` that matter. */
const APT_CONFIG = `APT "";
APT::Architecture "amd64";
APT::Install-Recommends "1";
Acquire::AllowInsecureRepositories "0";
Dir::Etc::netrc "auth.conf";
`

test('packages without a signature are unknown sources', () => {
  expect(readUnsignedAllowed(APT_CONFIG)).toBe(false)
  expect(readUnsignedAllowed(`${APT_CONFIG}APT::Get::AllowUnauthenticated "true";\n`)).toBe(true)
  expect(readUnsignedAllowed(APT_CONFIG.replace('"0"', '"1"'))).toBe(true)
  expect(readUnsignedAllowed('E: Syntax error')).toBeNull()
  // sources.list(5) has both formats.
  expect(readTrustedSource('deb [arch=amd64 trusted=yes] http://mirror.example stable main')).toBe(
    true,
  )
  expect(readTrustedSource('Types: deb\nURIs: http://m.example\nTrusted: yes\n')).toBe(true)
  expect(readTrustedSource('# deb [trusted=yes] http://mirror.example stable main')).toBe(false)
  expect(readTrustedSource('deb http://deb.debian.org/debian bookworm main')).toBe(false)
})

/** Captured here, iproute2 6.1. */
const LINKS_HERE = `[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,"operstate":"UNKNOWN","link_type":"loopback","promiscuity":0},{"ifindex":2,"ifname":"ifb0","flags":["BROADCAST","NOARP"],"operstate":"DOWN","link_type":"ether","linkinfo":{"info_kind":"ifb"}}]`

test.each([
  ['loopback and ifb, as here', LINKS_HERE, false],
  [
    // Files 56123597933 and 71024071513.
    'WireGuard that is up',
    '[{"ifindex":7,"ifname":"wireguard.cali","flags":["POINTOPOINT","NOARP","UP","LOWER_UP"],"mtu":1440,"linkinfo":{"info_kind":"wireguard"}}]',
    true,
  ],
  [
    'WireGuard that is down',
    '[{"ifname":"wg0","flags":["NOARP"],"linkinfo":{"info_kind":"wireguard"}}]',
    false,
  ],
  [
    'Tailscale',
    '[{"ifname":"tailscale0","flags":["UP"],"linkinfo":{"info_kind":"tun","info_data":{"type":"tun","pi":false,"vnet_hdr":true}}}]',
    true,
  ],
  [
    "a virtual machine's tap",
    '[{"ifname":"vnet0","flags":["UP"],"linkinfo":{"info_kind":"tun","info_data":{"type":"tap"}}}]',
    false,
  ],
  ['docker', '[{"ifname":"docker0","flags":["UP"],"linkinfo":{"info_kind":"bridge"}}]', false],
  ['an old ip without JSON', 'Option "-json" is unknown', null],
])('tunnels: %s', (_says, printed, up) => {
  expect(readTunnelUp(printed)).toBe(up)
})

test('proxies of the environment are read without their scheme and password', () => {
  expect(
    readEnvironmentProxies(
      'PATH="/bin"\nhttp_proxy=http://u:p@proxy.example:3128/\nHTTPS_PROXY="10.0.0.1:8080"\n',
    ),
  ).toEqual(['proxy.example:3128', '10.0.0.1:8080'])
  expect(readEnvironmentProxies('# http_proxy=x\nno_proxy=localhost\n')).toEqual([])
})

test('small answers of one word', () => {
  expect(['active\n', 'inactive\n', 'failed\n'].map(readUnitActive)).toEqual([true, false, false])
  // Captured here, where systemd does not run.
  expect(
    readUnitActive(
      "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down\n",
    ),
  ).toBeNull()
  // Debian's own files: ufw 0.36, /etc/os-release of Debian 12 and of Arch (which has no VERSION_ID).
  expect(readUfwEnabled('# /etc/ufw/ufw.conf\nENABLED=yes\nLOGLEVEL=low\n')).toBe(true)
  expect(readUfwEnabled('ENABLED=no\n')).toBe(false)
  expect(readUfwEnabled('')).toBeNull()
  expect(readOsVersion('NAME="Debian GNU/Linux"\nVERSION_ID="12"\n')).toBe('12')
  expect(readOsVersion('NAME="Arch Linux"\nBUILD_ID=rolling\n')).toBeNull()
  // bluetoothctl(1).
  expect(readDiscoverable('Controller 00:11:22:33:44:55 (public)\n\tDiscoverable: no\n')).toBe(
    false,
  )
  expect(readDiscoverable('No default controller available\n')).toBeNull()
  // learn.microsoft.com, "Resources for Microsoft Defender for Endpoint" (file 7787570283).
  expect(readDefenderRunning('healthy\t\t\t\t: true\nreal_time_protection_enabled\t: true\n')).toBe(
    true,
  )
  expect(readDefenderRunning('real_time_protection_enabled\t: unavailable\n')).toBeNull()
  // gsettings(1).
  expect([readSwitch('true\n'), readSwitch('No such schema\n')]).toEqual([true, null])
  expect([readSeconds('uint32 300\n'), readSeconds("'never'\n")]).toEqual([300, null])
})

test('GNOME locks when the screen has blanked and the delay is over; one that never blanks never locks', () => {
  expect(lockDelayOf(300, 30)).toBe(330)
  expect(lockDelayOf(0, 0)).toBeNull()
  expect(lockDelayOf(null, 0)).toBeNull()
})

const NOW = new Date(2026, 10, 25, 12, 0, 0).getTime()

test('a GNOME laptop in a session says what it is', async () => {
  const probe = scriptedProbe({
    now: NOW,
    env: {
      XDG_CURRENT_DESKTOP: 'ubuntu:GNOME',
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus',
    },
    files: {
      '/etc/os-release': 'VERSION_ID="12"\n',
      '/var/log/apt/history.log': HISTORY,
      '/etc/ufw/ufw.conf': 'ENABLED=yes\n',
      '/etc/apt/sources.list': 'deb http://deb.debian.org/debian bookworm main\n',
      '/etc/environment': 'http_proxy=http://proxy.school.example:3128\n',
    },
    changed: { '/var/lib/clamav/daily.cld': NOW - 3_600_000 },
    commands: {
      '/usr/bin/lsblk --json --output NAME,TYPE,MOUNTPOINTS': LSBLK_LUKS,
      '/usr/bin/systemctl is-active clamav-daemon': 'active\n',
      '/usr/bin/systemctl is-active ufw': 'active\n',
      '/usr/bin/systemctl is-active firewalld': 'inactive\n',
      '/usr/bin/systemctl is-active nftables': 'inactive\n',
      '/usr/bin/apt-config dump': APT_CONFIG,
      '/usr/sbin/ip -json -details link show': LINKS_HERE,
      '/usr/bin/gsettings get org.gnome.desktop.screensaver lock-enabled': 'true\n',
      '/usr/bin/gsettings get org.gnome.desktop.session idle-delay': 'uint32 300\n',
      '/usr/bin/gsettings get org.gnome.desktop.screensaver lock-delay': 'uint32 0\n',
    },
  })
  expect(await collectLinux(probe, 'proxy.school.example:3128')).toMatchObject({
    os_version: '12',
    patch_age_days: 5,
    screen_lock: true,
    auto_lock_min: 5,
    disk_encrypted: true,
    av: { product: 'ClamAV', running: true, defs_age_days: 0 },
    firewall: true,
    unknown_sources: false,
    vpn_or_proxy_profile: false,
  })
})

test("another proxy than the school's is said", async () => {
  const files = { '/etc/environment': 'http_proxy=http://elsewhere.example:3128\n' }
  expect(await collectLinux(scriptedProbe({ files }), 'proxy.school.example:3128')).toMatchObject({
    vpn_or_proxy_profile: true,
  })
})

test('where nothing answers, nothing is claimed; gsettings is not asked outside a session', async () => {
  const probe = scriptedProbe({})
  expect(await collectLinux(probe, null)).toMatchObject({
    patch_age_days: null,
    screen_lock: null,
    auto_lock_min: null,
    disk_encrypted: null,
    av: { product: null, running: null, defs_age_days: null },
    firewall: null,
    unknown_sources: null,
    vpn_or_proxy_profile: null,
  })
  expect(probe.ran.filter((command) => command.includes('gsettings'))).toEqual([])
  expect(probe.ran.every((command) => command.startsWith('/usr/'))).toBe(true)
})
