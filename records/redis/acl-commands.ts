/**
 * Every command that Schoolgate sends, and no other: what its user in Redis may do. Scripts run with the
 * user's own permissions, so what they call is here too.
 */
export const REDIS_COMMANDS = [
  // Connecting, and what a server has to be: `noeviction`, persistence, replicas.
  'client|setname',
  'ping',
  'select',
  'info',
  'wait',
  'cluster|slots',
  'eval',
  // Ledger and journal.
  'xadd',
  'xrange',
  'xrevrange',
  'xread',
  'hget',
  'hmget',
  'hset',
  'hsetnx',
  'hdel',
  // Presence: hashes that expire, numbered changes, and word of them.
  'hincrby',
  'hstrlen',
  'pexpire',
  'zadd',
  'zrem',
  'zrangebyscore',
  'publish',
  'subscribe',
] as const

/** The rules of `ACL SETUSER` for a site's gates, without name and password. */
export function aclRules(site: string): readonly string[] {
  const commands = REDIS_COMMANDS.map((command) => `+${command}`)
  const keys = ['resetkeys', `~sg:{${site}}:*`]
  const shared = ['presence', 'posture'].map((kind) => `&sg:{${site}}:${kind}:*`)
  const channels = ['resetchannels', ...shared]
  return ['on', ...keys, ...channels, '-@all', ...commands]
}
