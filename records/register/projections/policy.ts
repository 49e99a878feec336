import { z } from 'zod'
import { failEntry, readAfter, type Projection } from '../projection.ts'

const policyPointer = z.object({ document: z.string(), name: z.string() })

/** `policy.put`: the policy in force, its text fetched by hash. */
export const putPolicy: Projection = (draft, entry, textOf) => {
  const { document, name } = readAfter(entry, policyPointer)
  const text =
    textOf(document) ?? failEntry(entry, `points to the text \`${document}\`, which is missing`)
  draft.policy = { text, name, hash: document }
}
