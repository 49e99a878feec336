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
    const { byId, byKey, byAddress, byOctet } = mapsOf(devices)
    this.#byId = byId
    this.#byKey = byKey
    this.#byAddress = byAddress
    this.#byOctet = byOctet
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

interface DeviceMaps {
  readonly byId: ReadonlyMap<string, DeviceFacts>
  readonly byKey: ByKey<DeviceFacts>
  readonly byAddress: ReadonlyMap<string, DeviceFacts>
  readonly byOctet: ReadonlyMap<number, DeviceFacts>
}

/** A revision that changes no device has the same array of them: 100,000 take a fifth of a second to sort in. */
const KNOWN = new WeakMap<readonly DeviceFacts[], DeviceMaps>()

function mapsOf(devices: readonly DeviceFacts[]): DeviceMaps {
  const known = KNOWN.get(devices)
  if (known !== undefined) return known
  const byId = new Map<string, DeviceFacts>()
  const byAddress = new Map<string, DeviceFacts>()
  const byOctet = new Map<number, DeviceFacts>()
  for (const device of devices) {
    byId.set(device.id, device)
    for (const address of device.addresses) byAddress.set(address, device)
    if (device.octet !== null) byOctet.set(device.octet, device)
  }
  const maps = { byId, byKey: new ByKey(byId), byAddress, byOctet }
  KNOWN.set(devices, maps)
  return maps
}
