import { z } from 'zod'
import { DEVICE_STATES, ROLES, type DeviceFacts } from '../../../rules/subject.ts'
import { FILE } from '../../governance/matter.ts'
import { notePut, noteRemoved } from '../beside-files.ts'
import { readAfter, type Projection } from '../projection.ts'

const word = z.string().nullable()
const assetText = z.string().exactOptional()

export const deviceFacts = z.object({
  id: z.string(),
  personRef: word,
  role: z.enum(ROLES),
  phase: word,
  year: z.int().nullable(),
  ownership: z.enum(['personal', 'school']),
  type: z.string(),
  state: z.enum(DEVICE_STATES),
  aup: z.enum(['signed', 'missing']),
  aupUntil: z.number().exactOptional(),
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
  byVoucher: z.string().exactOptional(),
}) satisfies z.ZodType<DeviceFacts>

/** `device.put`: the device as it is from now on. */
export const putDevice: Projection = (draft, entry) => {
  const { object_id: id, actor } = entry
  const facts = readAfter(entry, deviceFacts)
  const before = draft.devices.get(id)
  notePut(draft, { what: 'device', id, actor, isNew: before === undefined })
  if (actor === FILE) draft.deskStates.delete(id)
  else if (before?.state !== facts.state) draft.deskStates.set(id, facts.state)
  draft.devices.set(id, facts)
}

/** `device.remove`: the school knows the device no more. */
export const removeDevice: Projection = (draft, { object_id: id }) => {
  noteRemoved(draft, 'device', id)
  draft.deskStates.delete(id)
  draft.registrations.delete(id)
  draft.devices.delete(id)
}
