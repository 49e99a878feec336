import { X509Certificate } from 'node:crypto'
import { getCACertificates } from 'node:tls'
import type { OperatingSystem, PostureFacts } from '../rules/posture/posture-report.ts'
import type { AgentState } from './agent-state.ts'
import { collectLinux } from './collectors/linux/collect-linux.ts'
import { collectMacos } from './collectors/macos/collect-macos.ts'
import { collectWindows } from './collectors/windows/collect-windows.ts'
import { isKeyExposed } from './device-key.ts'
import type { Probe } from './probe.ts'

const AGENT_VERSION = '0.1.0'

const COLLECTORS = { linux: collectLinux, macos: collectMacos, windows: collectWindows } as const

const PLATFORMS: Readonly<Partial<Record<NodeJS.Platform, keyof typeof COLLECTORS>>> = {
  linux: 'linux',
  darwin: 'macos',
  win32: 'windows',
}

/** The system that this runs on; null where the agent has no collector for it. */
export function systemOf(platform: NodeJS.Platform): keyof typeof COLLECTORS | null {
  return PLATFORMS[platform] ?? null
}

/** Everything that this device says of itself, as it is now. */
export async function collectFacts(
  os: OperatingSystem & keyof typeof COLLECTORS,
  probe: Probe,
  { state, directory }: { readonly state: AgentState; readonly directory: string },
): Promise<PostureFacts> {
  return {
    agent_version: AGENT_VERSION,
    os,
    ...(await COLLECTORS[os](probe, state.schoolProxy)),
    // Some hundred certificates are read for it: only where there is one to look for.
    school_ca_present:
      state.schoolCa === null ? null : hasCertificate(state.schoolCa, systemCertificates()),
    tamper: isKeyExposed(directory),
  }
}

/** Whether a certificate with this SHA-256 is among the PEM texts. */
export function hasCertificate(sha256: string, certificates: readonly string[]): boolean {
  const wanted = sha256.replaceAll(':', '').toUpperCase()
  return certificates.some((pem) => {
    try {
      return new X509Certificate(pem).fingerprint256.replaceAll(':', '') === wanted
    } catch {
      // One that Node can't read is not ours, which it can.
      return false
    }
  })
}

/** The system's own store: the keychain, Windows' root store, `/etc/ssl`. */
function systemCertificates(): readonly string[] {
  try {
    return getCACertificates('system')
  } catch {
    return []
  }
}
