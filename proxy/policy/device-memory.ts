import { agreedDevices } from '../../records/register/agreed-devices.ts'
import type { Register } from '../../records/register/register.ts'
import type { AgreementPolicy } from '../../rules/agreements/agreement.ts'
import type { DeviceFacts } from '../../rules/subject.ts'

/** What the list of devices is made of. */
type Source = Pick<Register, 'devices' | 'agreements'>

/**
 * The devices of a gate as one array that stays the same object while no device changes, so that a revision
 * which changes a rule neither sends 100,000 devices to every data thread nor sorts them in anew.
 */
export class DeviceMemory {
  #devices: readonly DeviceFacts[] = []
  /** What they were made of; copies, because a register may go on with the maps that it has. */
  #of: readonly (readonly unknown[])[] = []
  #policy: string | null = null

  readonly listOf = (source: Source, agreements?: AgreementPolicy): readonly DeviceFacts[] => {
    const policy = JSON.stringify(agreements ?? null)
    const of = [[...source.devices.values()], [...source.agreements.values()]]
    const isSame =
      policy === this.#policy && of.every((values, at) => holdsTheSame(values, this.#of[at] ?? []))
    if (!isSame) this.#devices = agreedDevices(source, agreements)
    this.#of = of
    this.#policy = policy
    return this.#devices
  }
}

/** The register keeps the object of a device or signature that no entry changes. */
function holdsTheSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((value, at) => value === others[at])
}
