import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { AccountStore } from './accounts/account-store.ts'
import { Sessions } from './accounts/sessions.ts'
import { offerSetupCode } from './accounts/setup-code.ts'
import { makeAdminApp } from './admin-app.ts'
import type { School } from './school.ts'

export interface DashboardOptions {
  readonly school: School
  readonly listen: { readonly host: string; readonly port: number }
  /** `dashboard.publicUrl`; null: where it listens. */
  readonly publicUrl: string | null
  /** The folder of the built pages; null serves the API alone. */
  readonly pages: string | null
  readonly log: Logger
}

export interface Dashboard {
  /** `http://address:port`. */
  readonly url: string
  /** For the first account; null where somebody has one. Whoever sees it may set the gate up. */
  readonly setupCode: string | null
  stop(): Promise<void>
}

/** Serves the dashboard of one school until it is stopped. Rejects when it can't listen. */
export async function serveDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { school, listen, log, pages } = options
  const accounts = new AccountStore(school.directory)
  try {
    const desk = { school, accounts, sessions: new Sessions(accounts.db) }
    const publicUrl = new URL(options.publicUrl ?? `http://${hostText(listen.host)}:${listen.port}`)
    const app = await makeAdminApp({ desk, publicUrl, pages, log })
    await app.listen(listen)
    const { port } = app.server.address() as AddressInfo
    return {
      url: `http://${hostText(listen.host)}:${port}`,
      setupCode: offerSetupCode(school.directory, accounts),
      stop: async () => {
        await app.close()
        accounts[Symbol.dispose]()
      },
    }
  } catch (error) {
    accounts[Symbol.dispose]()
    throw error
  }
}

function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
