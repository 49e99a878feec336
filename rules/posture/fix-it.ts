import type { OperatingSystem } from './posture-report.ts'
import { POSTURE_CHECKS, type PostureCheck } from './posture-rules.ts'

/** What is wrong, and what its user does about it, in words that need no technician. */
export interface FixIt {
  readonly title: string
  readonly step: string
}

type Steps = Readonly<{ any: string } & Partial<Record<OperatingSystem, string>>>

/**
 * One thing to do for each check. Paths through settings are the makers' own words (macOS 14 and later,
 * Windows 11, GNOME); where a system has no line, `any` says what to look for.
 */
const FIXES: Readonly<Record<PostureCheck | 'stale', { title: string; steps: Steps }>> = {
  stale: {
    title: 'This device has not reported its security state lately.',
    steps: {
      any: 'Leave it connected for a minute. If this page stays, restart it; if it still stays, take it to the school office.',
      linux: 'Run `systemctl restart schoolgate-agent`, or restart the computer.',
    },
  },
  tamper: {
    title: 'The school’s security check on this device has been changed.',
    steps: { any: 'Take the device to the IT technician, who puts it back.' },
  },
  jailbreak: {
    title: 'This device’s own protection has been taken off (jailbreak or root).',
    steps: { any: 'It has to be reset to its maker’s software. Ask the IT technician.' },
  },
  vpn_profile: {
    title: 'A VPN or proxy is set up on this device.',
    steps: {
      any: 'Remove the VPN or proxy in the network settings.',
      macos:
        'Open System Settings > VPN and remove what is there; then Network > Wi-Fi > Details > Proxies and turn all off.',
      windows:
        'Open Settings > Network & internet > VPN and remove what is there; then Proxy and turn off “Use a proxy server”.',
      linux: 'Open Settings > Network and remove the VPN; set the proxy to Off.',
    },
  },
  antivirus: {
    title: 'No virus protection is running.',
    steps: {
      any: 'Turn on the virus protection.',
      windows:
        'Open Windows Security > Virus & threat protection > Manage settings and turn on “Real-time protection”.',
      macos:
        'Open System Settings > Privacy & Security and allow what the virus protection asks for; then restart.',
      linux:
        'Run `systemctl enable --now clamav-daemon`, or start the virus protection that you use.',
    },
  },
  firewall: {
    title: 'The firewall is off.',
    steps: {
      any: 'Turn on the firewall.',
      macos: 'Open System Settings > Network > Firewall and turn it on.',
      windows:
        'Open Windows Security > Firewall & network protection and turn it on for all three networks.',
      linux: 'Run `ufw enable`, or start the firewall of your distribution.',
    },
  },
  screen_lock: {
    title: 'The screen does not lock.',
    steps: {
      any: 'Set a password, PIN or fingerprint for unlocking the screen.',
      macos:
        'Open System Settings > Lock Screen and set “Require password after screen saver begins” to Immediately.',
      windows:
        'Open Settings > Accounts > Sign-in options and set “require you to sign in again” to “When PC wakes up from sleep”; set a screen saver with “On resume, display logon screen”.',
      linux:
        'Open Settings > Privacy & Security > Screen Lock and turn on “Automatic Screen Lock”.',
    },
  },
  auto_lock: {
    title: 'The screen locks too late.',
    steps: {
      any: 'Let the screen lock after at most ten minutes.',
      macos:
        'Open System Settings > Lock Screen and set “Start Screen Saver when inactive” to 10 minutes or less.',
      windows:
        'Search for “Change screen saver”, and set Wait to 10 minutes or less with “On resume, display logon screen”.',
      linux:
        'Open Settings > Privacy & Security > Screen Lock and set “Blank Screen Delay” to 10 minutes or less.',
    },
  },
  unknown_sources: {
    title: 'Software from unknown sources may be installed.',
    steps: {
      any: 'Allow software from the official store only.',
      macos:
        'Open System Settings > Privacy & Security and set “Allow applications from” to App Store & Known Developers.',
      android: 'Open Settings > Apps > Special app access > Install unknown apps and turn all off.',
      windows:
        'Open Windows Security > App & browser control > Reputation-based protection and turn on “Check apps and files”.',
    },
  },
  school_ca: {
    title: 'The school’s certificate is missing.',
    steps: { any: 'Open the registration page and install the school’s certificate again.' },
  },
  mdm: {
    title: 'This device is not managed by the school.',
    steps: { any: 'Take it to the IT technician, who enrols it.' },
  },
  av_definitions: {
    title: 'The virus protection is out of date.',
    steps: {
      any: 'Let the virus protection update itself: open it and choose Update.',
      windows:
        'Open Windows Security > Virus & threat protection > Protection updates and choose “Check for updates”.',
      linux: 'Run `freshclam`.',
    },
  },
  os_supported: {
    title: 'The operating system is too old.',
    steps: {
      any: 'Update the operating system to its newest version.',
      macos: 'Open System Settings > General > Software Update and install the newest macOS.',
      windows: 'Open Settings > Windows Update and install the newest version of Windows.',
    },
  },
  patches: {
    title: 'Security updates are missing.',
    steps: {
      any: 'Install the updates of the operating system and restart.',
      macos: 'Open System Settings > General > Software Update and choose Update Now.',
      windows: 'Open Settings > Windows Update, choose “Check for updates”, and restart.',
      linux: 'Run your distribution’s updates (`apt upgrade`, `dnf upgrade`) and restart.',
    },
  },
  disk_encryption: {
    title: 'The disk is not encrypted.',
    steps: {
      any: 'Turn on the encryption of the disk.',
      macos: 'Open System Settings > Privacy & Security > FileVault and turn it on.',
      windows: 'Open Settings > Privacy & security > Device encryption and turn it on.',
      linux: 'A disk is encrypted when the system is installed: ask the IT technician.',
    },
  },
}

/** The one thing to do about a check, or about silence, on such a system. */
export function fixFor(check: PostureCheck | 'stale', os: OperatingSystem | null): FixIt {
  const { title, steps } = FIXES[check]
  return { title, step: (os === null ? undefined : steps[os]) ?? steps.any }
}

/** What a refusal's reason code asks its user to mend; null where it is about something else. */
export function mendOf(reasonCode: string | null): PostureCheck | 'stale' | null {
  if (reasonCode === 'posture_stale') return 'stale'
  const check = /^posture:(.+)$/.exec(reasonCode ?? '')?.[1]
  return POSTURE_CHECKS.find((known) => known === check) ?? null
}

/** The step on each system that has one of its own, by the name that its users know it by. */
export function stepsOf(
  check: PostureCheck | 'stale',
): readonly { readonly system: string; readonly step: string }[] {
  const { steps } = FIXES[check]
  return SYSTEM_NAMES.flatMap(([os, system]) => {
    const step = steps[os]
    return step === undefined ? [] : [{ system, step }]
  })
}

const SYSTEM_NAMES: readonly (readonly [OperatingSystem, string])[] = [
  ['windows', 'Windows'],
  ['macos', 'Mac'],
  ['linux', 'Linux'],
  ['android', 'Android'],
]
