import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, onTestFinished } from 'vitest'
import { Portal } from '../../../../dashboard/server/portal/portal.ts'
import { makePortalApp } from '../../../../dashboard/server/portal/portal-app.ts'
import {
  proveClient,
  RELAY_FIELD,
  type RelayedClient,
} from '../../../../records/registration/relay-proof.ts'
import { SignInStore } from '../../../../records/registration/sign-in-store.ts'
import { tempDirectory } from '../../../support/temp-directory.ts'
import {
  EXAMPLE,
  registrationScene,
  type RegistrationScene,
} from '../../../records/registration/registration-scene.ts'

const RELAY_KEY = new Uint8Array(32).fill(1)
export const FORM_KEY = new Uint8Array(32).fill(2)

export interface PortalScene extends RegistrationScene {
  readonly store: SignInStore
  readonly folder: string
  /** A request that the gate has passed on; with `form` it posts. */
  readonly ask: (
    path: string,
    form?: Readonly<Record<string, string>>,
    client?: Partial<RelayedClient>,
  ) => Promise<{ status: number; body: string; headers: Readonly<Record<string, unknown>> }>
  /** The same without the gate's word. */
  readonly askDirectly: (path: string) => Promise<number>
}

/** The real portal over a real ledger, asked as the gate asks. */
export async function portalScene(policy = EXAMPLE): Promise<PortalScene> {
  const scene = await registrationScene()
  const folder = tempDirectory()
  mkdirSync(join(folder, 'agreements'))
  for (const name of ['staff', 'visitor', 'pupil', 'pupil-primary'])
    writeFileSync(join(folder, 'agreements', `${name}.md`), `# ${name}\n\n- Be <kind>.\n`)
  const store = SignInStore.open(tempDirectory())
  const portal = new Portal({
    ...{ ...scene.deps, policy: () => policy, store, directory: folder, formKey: FORM_KEY },
    macAt: () => Promise.resolve(null),
  })
  const { now } = scene.deps
  const log = pino({ level: 'silent' })
  const app = makePortalApp({ portal, relayKey: RELAY_KEY, now, log })
  onTestFinished(async () => {
    await app.close()
    store[Symbol.dispose]()
  })
  return {
    ...{ ...scene, store, folder },
    ask: async (url, form, client = {}) => {
      const asking = {
        ...{ address: '127.10.30.9', device: null, reason: 'unregistered', zone: 'reception' },
        ...{ at: now(), ...client },
      }
      const response = await app.inject({
        ...{ url, method: form === undefined ? 'GET' : 'POST' },
        headers: {
          [RELAY_FIELD]: proveClient(asking, RELAY_KEY),
          ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(form && { payload: new URLSearchParams(form).toString() }),
      })
      const { statusCode: status, body, headers } = response
      return { status, body, headers }
    },
    askDirectly: async (url) => (await app.inject({ url })).statusCode,
  }
}

export function stateIn(html: string): string {
  return /name="state" value="([^"]+)"/.exec(html)?.[1] ?? ''
}

/** Through the whole form; the device's id. */
export async function registered(
  scene: PortalScene,
  code: string,
  type = 'phone',
): Promise<string> {
  const state = stateIn((await scene.ask('/portal/code', { code })).body)
  const done = await scene.ask('/portal/accept', { state, type, accept: 'yes' })
  expect(done.status).toBe(200)
  return scene.store.since(0).signIns.at(-1)?.device ?? ''
}
