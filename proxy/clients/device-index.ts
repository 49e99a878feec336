import { BlockList } from 'node:net'
import type { DeviceFacts } from '../../rules/subject.ts'
import { ByKey } from './word-key.ts'

/** Which registered device an address belongs to: a listed address first, else its last octet. */
export class DeviceIndex {
  readonly #byId: ReadonlyMap<string, DeviceFacts>
  readonly #byKey: ByKey<DeviceFacts>
  readonly #byAddress: ReadonlyMap<string, DeviceFacts>
  readonly #byOctet: ReadonlyMap<number, DeviceFacts>
  readonly #octetNetworks = new BlockList()

  constructor(devices: readonly DeviceFacts[], lastOctetNetworks: readonly string[]) {
    this.#byId = new Map(devices.map((device) => [device.id, device]))
    this.#byKey = new ByKey(this.#byId)
    this.#byAddress = new Map(
      devices.flatMap((device) => device.addresses.map((address) => [address, device] as const)),
    )
    this.#byOctet = new Map(
      devices.flatMap((device) => (device.octet === null ? [] : [[device.octet, device] as const])),
    )
    for (const network of lastOctetNetworks) {
      const [address = '', length = ''] = network.split('/')
      this.#octetNetworks.addSubnet(address, Number(length), 'ipv4')
    }
  }

  at(address: string): DeviceFacts | null {
    const listed = this.#byAddress.get(address)
    if (listed !== undefined) return listed
    if (address.includes(':') || !this.#octetNetworks.check(address, 'ipv4')) return null
    const octet = Number(address.slice(address.lastIndexOf('.') + 1))
    return this.#byOctet.get(octet) ?? null
  }

  /** By the number under which the binding table names it. */
  withKey(key: number): DeviceFacts | null {
    return this.#byKey.get(key)
  }

  withId(id: string): DeviceFacts | null {
    return this.#byId.get(id) ?? null
  }
}
