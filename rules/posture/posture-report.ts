/** Systems that a report can be of; the first three run our agent, the others come from exports. */
export const OPERATING_SYSTEMS = [
  'linux',
  'macos',
  'windows',
  'chromeos',
  'ios',
  'ipados',
  'android',
] as const
export type OperatingSystem = (typeof OPERATING_SYSTEMS)[number]

/** Null wherever it stands: the agent could not find out. It is never taken for good (`judge-posture.ts`). */
type Known<T> = T | null

/**
 * What a device says of its own security state, and all that it ever says (requirements.md 6.4): no
 * content, browsing, location or contacts, and of a personal device no list of applications.
 */
export interface PostureFacts {
  readonly agent_version: string
  readonly os: OperatingSystem
  /** As the maker counts: `14.6.1`, `10.0.22631`, `12` of a distribution. */
  readonly os_version: Known<string>
  readonly os_build: Known<string>
  /** Whole days since the system was last brought up to date. */
  readonly patch_age_days: Known<number>
  readonly screen_lock: Known<boolean>
  /** Whole minutes without a touch until the screen locks, rounded up; 0 is at once. */
  readonly auto_lock_min: Known<number>
  readonly disk_encrypted: Known<boolean>
  readonly av: {
    readonly product: Known<string>
    readonly running: Known<boolean>
    readonly defs_age_days: Known<number>
  }
  readonly firewall: Known<boolean>
  readonly jailbroken: Known<boolean>
  /** Software from elsewhere than the maker's store or the school may be installed. */
  readonly unknown_sources: Known<boolean>
  readonly mdm: Known<boolean>
  /** A VPN or a proxy is configured that the school has not set up. */
  readonly vpn_or_proxy_profile: Known<boolean>
  readonly school_ca_present: Known<boolean>
  readonly bluetooth_discoverable: Known<boolean>
  /** Something of the agent's own is not as it was installed. */
  readonly tamper: Known<boolean>
  /** Of the school's own devices only, and there only where the school wants it (002:851). */
  readonly apps?: readonly { readonly name: string; readonly version: string }[]
}

/** Facts with who says so and when; what the signature is over. */
export interface PostureReport extends PostureFacts {
  readonly device_id: string
  /** 16 random octets or more as base64url: no two reports are the same. */
  readonly nonce: string
  /** The device's clock, RFC 3339, UTC. */
  readonly ts: string
}

export interface SignedReport {
  readonly report: PostureReport
  /** Ed25519 (RFC 8032) over `reportText(report)`, base64url. */
  readonly signature: string
}
