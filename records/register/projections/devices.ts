import { z } from 'zod'
import { DEVICE_STATES, ROLES, type DeviceFacts } from '../../../rules/subject.ts'
import { readAfter, type Projection } from '../projection.ts'

const word = z.string().nullable()
const assetText = z.string().exactOptional()

const deviceFacts = z.object({
  id: z.string(),
  personRef: word,
  role: z.enum(ROLES),
  phase: word,
  year: z.int().nullable(),
  ownership: z.enum(['personal', 'school']),
  type: z.string(),
  state: z.enum(DEVICE_STATES),
  aup: z.enum(['signed', 'missing']),
  posture: z.string(),
  grant: z.enum(['medical', 'dependant_illness']).nullable(),
  voucher: z.enum(['active', 'expired']).nullable(),
  examCandidate: z.boolean(),
  carriesCa: z.boolean(),
  octet: z.int().nullable(),
  addresses: z.array(z.string()),
  macs: z.array(z.string()).exactOptional(),
  asset: z
    .object({
      ...{ tag: assetText, serial: assetText, make: assetText, model: assetText },
      ...{ location: assetText, bought: assetText, warrantyEnds: assetText },
      ...{ disposedOn: assetText, disposalRef: assetText },
    })
    .exactOptional(),
}) satisfies z.ZodType<DeviceFacts>

/** `device.put`: the device as it is from now on. */
export const putDevice: Projection = ({ devices }, entry) => {
  devices.set(entry.object_id, readAfter(entry, deviceFacts))
}

/** `device.remove`: the school knows the device no more. */
export const removeDevice: Projection = ({ devices }, entry) => {
  devices.delete(entry.object_id)
}
