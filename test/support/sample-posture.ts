import type { PostureFacts, PostureReport } from '../../rules/posture/posture-report.ts'

/** A laptop with everything in order, but for what a test says. */
export function postureOf(facts: Partial<PostureFacts> = {}): PostureFacts {
  return {
    agent_version: '0.1.0',
    os: 'macos',
    os_version: '14.6.1',
    os_build: '23G93',
    patch_age_days: 4,
    screen_lock: true,
    auto_lock_min: 5,
    disk_encrypted: true,
    av: { product: 'Sophos Endpoint', running: true, defs_age_days: 0 },
    firewall: true,
    jailbroken: false,
    unknown_sources: false,
    mdm: true,
    vpn_or_proxy_profile: false,
    school_ca_present: true,
    bluetooth_discoverable: false,
    tamper: false,
    ...facts,
  }
}

/** The same as a report of `work-laptop`. */
export function reportOf(fields: Partial<PostureReport> = {}): PostureReport {
  return {
    ...postureOf(),
    device_id: 'work-laptop',
    nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
    ts: '2026-11-25T09:00:00.000Z',
    ...fields,
  }
}
