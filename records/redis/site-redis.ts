import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { StoreRefused } from '../sqlite/open-database.ts'
import type { RedisAddress } from './connect.ts'

/** With a dot: a backup leaves it out, because a gate restored elsewhere has its own. */
const FILE = '.site-redis.json'

const siteRedis = z.strictObject({
  gate: z.string(),
  address: z.strictObject({
    shape: z.enum(['standalone', 'sentinel', 'cluster']),
    nodes: z.array(z.strictObject({ host: z.string(), port: z.int() })),
    primary: z.string().nullable(),
    user: z.string().nullable(),
    password: z.string().nullable(),
    database: z.int(),
    isTls: z.boolean(),
    caFile: z.string().nullable(),
    resp: z.literal([2, 3]),
  }),
})

/** Which Redis has a site's ledger, and which gate of the site this node is. */
export interface SiteRedis {
  readonly gate: string
  readonly address: RedisAddress
}

/**
 * Notes in a gate's records where the site's ledger is, so that a command that is only told the folder
 * appends where the gate does; null where this node's ledger is all there is. Only its owner can read the
 * file: like the configuration it may hold the password.
 */
export function rememberRedis(directory: string, redis: SiteRedis | null): void {
  const path = join(directory, FILE)
  if (redis === null) {
    rmSync(path, { force: true })
    return
  }
  const { caFile } = redis.address
  const address = { ...redis.address, caFile: caFile && resolve(caFile) }
  // Renamed into place, because a command may read it at any moment.
  writeFileSync(`${path}.tmp`, JSON.stringify({ gate: redis.gate, address }), { mode: 0o600 })
  renameSync(`${path}.tmp`, path)
}

/** What the last gate that started on these records noted. Throws `StoreRefused` for a file that is none. */
export function redisOf(directory: string): SiteRedis | null {
  const path = join(directory, FILE)
  try {
    return siteRedis.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw new StoreRefused(path, 'does not say where the site’s Redis is', 'start the gate once')
  }
}
