import { z } from 'zod'

/** `clients.sources` of `gate.yaml`: which readers run, and with what. A source that is not named does not run. */
export const sourceSettings = z.strictObject({
  /** The kernel's neighbour table (`ip -s -j neigh`), where devices are on a link of the gate itself. */
  neighbours: z
    .strictObject({ everySeconds: z.number().min(0.2).max(3_600).default(5) })
    .nullable()
    .default(null),
})

export type SourceSettings = z.output<typeof sourceSettings>
