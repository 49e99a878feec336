import { onTestFinished } from 'vitest'
import { openDns } from '../../../proxy/dns/open-dns.ts'
import type { DnsConfig, DnsService } from '../../../proxy/dns/open-dns.ts'
import { scriptedPlane } from '../../support/scripted-plane.ts'
import type { Script, ScriptedPlane } from '../../support/scripted-plane.ts'

export interface DnsScene {
  readonly plane: ScriptedPlane
  readonly dns: DnsService
  readonly udpPort: number
  readonly tcpPort: number
  /** Messages of the log. */
  readonly logged: string[]
}

/** The whole DNS part of a data thread on free loopback ports, closed when the test ends. */
export async function openScene(
  upstreams: readonly string[],
  script: Script = {},
  changes: Partial<DnsConfig> = {},
): Promise<DnsScene> {
  const plane = scriptedPlane(script)
  const logged: string[] = []
  const note = (_fields: object, message: string): number => logged.push(message)
  const dns = await openDns(plane, {
    udp: { host: '127.0.0.1', port: 0 },
    tcp: { host: '127.0.0.1', port: 0 },
    upstreams,
    maxTtl: 300,
    cacheEntries: 100,
    blockPageAddress: '127.0.0.9',
    log: { warn: note, error: note },
    ...changes,
  })
  onTestFinished(() => dns.close())
  return { plane, dns, logged, udpPort: dns.udp?.port ?? 0, tcpPort: dns.tcp?.port ?? 0 }
}
