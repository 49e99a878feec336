/** What `INFO` tells of a server that is to keep a site's records. */
export interface ServerHealth {
  /** Copies that `WAIT` can wait for. */
  readonly replicas: number
  /** A sentence for `degraded`: the server may lose what it acknowledged; null while it is fit. */
  readonly alarm: string | null
}

/** Reads the answer of `INFO`. A field that is missing raises its alarm: an unknown server is no safe one. */
export function readServerHealth(info: string): ServerHealth {
  const fields = new Map(
    info.split(/\r?\n/).flatMap((line): [string, string][] => {
      const colon = line.indexOf(':')
      return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]]
    }),
  )
  const policy = fields.get('maxmemory_policy') ?? 'unknown'
  const alarms: string[] = []
  if (policy !== 'noeviction')
    alarms.push(
      `Redis evicts records when it is full (\`maxmemory-policy ${policy}\`): set \`noeviction\``,
    )
  if (fields.get('aof_enabled') !== '1')
    alarms.push('Redis keeps its records in memory only between snapshots: set `appendonly yes`')
  if (fields.get('aof_last_write_status') === 'err')
    alarms.push('Redis cannot write its append-only file: look at its disk')
  const replicas = Number(fields.get('connected_slaves') ?? 0)
  return { replicas, alarm: alarms.length === 0 ? null : alarms.join('; ') }
}
