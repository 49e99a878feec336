import { BindingReader } from '../../proxy/clients/binding-table.ts'
import { Clients } from '../../proxy/clients/clients.ts'
import { PresenceKeeper } from '../../proxy/clients/keep-presence.ts'
import { openBundle } from '../../proxy/policy/bundle.ts'
import { LocalPresence } from '../../records/presence/local-presence.ts'
import { SitePresence } from '../../records/presence/site-presence.ts'
import type { Sighting } from '../../rules/identity/sighting.ts'
import { bundleOf } from './bundle-of-lists.ts'
import { deviceOf } from './sample-facts.ts'
import { macOf } from './sightings.ts'
import { addressOf } from './spine-scene.ts'

export const PHONE_MAC = macOf('00:1b:63:00:00:07')

const DEVICES = [
  deviceOf({ id: 'phone', personRef: 'p-1', macs: [PHONE_MAC] }),
  deviceOf({ id: 'laptop', personRef: 'p-2', macs: [macOf('00:1b:63:00:00:08')] }),
]
const BUNDLE = bundleOf([], { devices: DEVICES })

/** What a gate of a site knows of who is where, over a Redis of the test; it starts anew on the same directory. */
export class PresenceGate implements AsyncDisposable {
  readonly local: LocalPresence
  readonly site: SitePresence
  readonly clients: Clients
  readonly warnings: object[] = []
  #tell: (sighting: Sighting) => void = () => undefined
  readonly #deviceAt: (address: string) => string | null

  /** `clock`: gate time, epoch ms. */
  constructor(gate: string, url: string, clock: () => number, directory = ':memory:') {
    this.local = LocalPresence.open(directory)
    const log = {
      info: () => undefined,
      error: () => undefined,
      warn: (details: object) => this.warnings.push(details),
    }
    const told: { site?: SitePresence } = {}
    const presence = new PresenceKeeper({
      ...{ local: this.local, gate, clock, log },
      siteOf: (listener) => {
        const address = addressOf(url)
        return (told.site = new SitePresence({
          address,
          site: 'ex',
          gate,
          clock,
          log,
          ...listener,
        }))
      },
    })
    if (told.site === undefined) throw new Error('the keeper opens no site')
    this.site = told.site
    const feed = {
      name: 'scripted',
      start: (tell: (sighting: Sighting) => void) => {
        this.#tell = tell
      },
      stop: () => undefined,
      problem: () => null,
    }
    const parts = { feeds: [feed], maxAddresses: 256, presence, clock, log }
    this.clients = new Clients(parts, BUNDLE, [])
    const thread = { indices: { next: 0 }, bindings: new BindingReader(this.clients.memory) }
    const { subjects } = openBundle(BUNDLE, thread)
    this.#deviceAt = (address) => subjects.at(address, clock()).deviceId
  }

  async start(): Promise<this> {
    await this.clients.start()
    return this
  }

  tell(sighting: Sighting): void {
    this.#tell(sighting)
  }

  /** The ledger says that the person's name is erased. */
  erase(person: string): Promise<void> {
    return this.clients.follow(BUNDLE, [], new Set([person]))
  }

  /** As a data thread decides; null for nobody in the register. */
  deviceAt(address: string): string | null {
    return this.#deviceAt(address)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clients.stop()
    this.local[Symbol.dispose]()
  }
}
