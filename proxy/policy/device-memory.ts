import type { DeviceFacts } from '../../rules/subject.ts'

/**
 * The devices of a gate as one array that stays the same object while no device changes, so that a revision
 * which changes a rule neither sends 100,000 devices to every data thread nor sorts them in anew.
 */
export class DeviceMemory {
  #devices: readonly DeviceFacts[] = []

  readonly listOf = (devices: ReadonlyMap<string, DeviceFacts>): readonly DeviceFacts[] => {
    if (!this.#isSame(devices)) this.#devices = [...devices.values()]
    return this.#devices
  }

  /** The register keeps the object of a device that no entry changes. */
  #isSame(devices: ReadonlyMap<string, DeviceFacts>): boolean {
    if (devices.size !== this.#devices.length) return false
    let at = 0
    for (const device of devices.values()) {
      if (device !== this.#devices[at]) return false
      at += 1
    }
    return true
  }
}
