import { z } from 'zod'
import { readAfter, type Projection } from '../projection.ts'

const tokenFacts = z.strictObject({
  device: z.string().min(1),
  tokenHash: z.string().regex(/^[0-9a-f]{64}$/),
})

export const issueDohToken: Projection = ({ dohTokens }, entry) => {
  dohTokens.set(entry.object_id, readAfter(entry, tokenFacts))
}

export const revokeDohToken: Projection = ({ dohTokens }, entry) => {
  dohTokens.delete(entry.object_id)
}
