import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { readOrCreateKey } from '../../../records/key-file.ts'
import { RELAY_KEY } from '../../../records/registration/relay-proof.ts'
import { SignInStore } from '../../../records/registration/sign-in-store.ts'
import { Portal, type PortalParts } from './portal.ts'
import { makePortalApp } from './portal-app.ts'

export interface PortalOptions extends Omit<PortalParts, 'store' | 'formKey'> {
  /** The records directory. */
  readonly records: string
  readonly listen: { readonly host: string; readonly port: number }
  readonly log: Logger
}

export interface ServedPortal {
  /** `http://address:port`. */
  readonly url: string
  stop(): Promise<void>
}

/** Serves the portal of one school until it is stopped. Rejects when it can't listen. */
export async function servePortal(options: PortalOptions): Promise<ServedPortal> {
  const { records, listen, log, now } = options
  const store = SignInStore.open(records)
  try {
    const portal = new Portal({
      ...options,
      store,
      formKey: readOrCreateKey(records, 'portal-form'),
    })
    const relayKey = readOrCreateKey(records, RELAY_KEY)
    const app = makePortalApp({ portal, relayKey, now, log })
    await app.listen(listen)
    const { port } = app.server.address() as AddressInfo
    const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host
    return {
      url: `http://${host}:${port}`,
      stop: async () => {
        await app.close()
        store[Symbol.dispose]()
      },
    }
  } catch (error) {
    store[Symbol.dispose]()
    throw error
  }
}
