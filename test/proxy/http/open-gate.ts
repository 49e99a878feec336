import type { HttpConfig, HttpDeps } from '../../../proxy/http/http-config.ts'
import type { HttpService } from '../../../proxy/http/open-http.ts'
import { openHttp } from '../../../proxy/http/open-http.ts'
import type { Endpoint } from '../../../proxy/http/target-guard.ts'
import type { School } from '../../../proxy/pages/page.ts'
import { UK_HELP_LINKS } from '../../../proxy/pages/page.ts'
import { ScriptedPlane } from './scripted-plane.ts'

export const SCHOOL: School = {
  name: 'Example All-Through School',
  askWhom: 'the SLT office',
  helpLinks: UK_HELP_LINKS,
  monitoringNotice: 'The school filters and monitors this network. Refused requests are recorded.',
  timeZone: 'Europe/London',
}

export interface Gate extends AsyncDisposable {
  readonly service: HttpService
  readonly plane: ScriptedPlane
  readonly proxy: Endpoint
  readonly page: Endpoint
  readonly logged: string[]
}

export interface GateSetup {
  readonly plane?: ScriptedPlane
  readonly config?: Partial<HttpConfig>
  readonly deps?: Partial<HttpDeps>
}

/** Both services on loopback with a scripted plane; every name is 127.0.0.1, and loopback is open. */
export async function openGate(setup: GateSetup = {}): Promise<Gate> {
  const plane = setup.plane ?? new ScriptedPlane()
  const logged: string[] = []
  const anywhere = { host: '127.0.0.1', port: 0 }
  const service = await openHttp(
    plane,
    {
      listen: anywhere,
      connectPorts: [443],
      allowTargets: ['127.0.0.0/8'],
      ownEndpoints: [],
      blockPage: { listen: anywhere, address: '127.0.0.1' },
      ...setup.config,
    },
    {
      lookup: () => Promise.resolve(['127.0.0.1']),
      blockRef: (subject, host) => `REF-${subject.address}-${host}`,
      school: () => SCHOOL,
      warnKey: new Uint8Array(32).fill(7),
      log: {
        warn: (_fields, message) => logged.push(message),
        error: (fields, message) => logged.push(`${message}: ${JSON.stringify(fields)}`),
      },
      ...setup.deps,
    },
  )
  if (service.http === null || service.blockPage === null) throw new Error('both listen')
  return {
    service,
    plane,
    proxy: service.http,
    page: service.blockPage,
    logged,
    [Symbol.asyncDispose]: () => service.close(),
  }
}
