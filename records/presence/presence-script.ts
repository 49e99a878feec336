/** What a site shares of one kind. The braces are literal: one hash tag, one Cluster slot. */
function prefixOf(site: string, prefix: string): string {
  return `sg:{${site}}:${prefix}`
}

/** Hash of one entry; it expires with what it says. */
export function entryKey(site: string, prefix: string, key: string): string {
  return prefixOf(site, prefix) + key
}

/** Beside the entries, whose keys have no `#`: how far changes were counted, each entry's last, each one's end. */
export function countKeys(
  site: string,
  prefix: string,
): readonly [state: string, changes: string, ends: string] {
  const all = prefixOf(site, prefix)
  return [`${all}#state`, `${all}#changes`, `${all}#ends`]
}

/** Told that there is something new; what it is, each gate reads. */
export function newsChannel(site: string, prefix: string): string {
  return `${prefixOf(site, prefix)}#news`
}

/** A time further ahead than this is no gate's and stands in nobody's way. */
export const MAX_AHEAD_MS = 600_000

/**
 * Takes entries that are later than what is there, numbers each change and says that there is news.
 *
 *     KEYS  state, changes, ends, hash of each entry
 *     ARGV  name of this count, should there be none, now, channel, field names (JSON), entries (JSON:
 *           [[key, at, expires, [value...]]...])
 *     ->    [1 where taken, 0 where what is there stands, -1 where something foreign is in the way]
 *
 * Whoever finds another name of the count than before knows that Redis was wiped. Everything that can
 * fail for all (memory, a replica, a wrong type of the first three) fails at the first command.
 */
export const PUT_SCRIPT = `
redis.call('HSETNX', KEYS[1], 'epoch', ARGV[1])
local now = tonumber(ARGV[2])
for _, address in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', ARGV[2], 'LIMIT', 0, 200)) do
  redis.call('ZREM', KEYS[2], address)
  redis.call('ZREM', KEYS[3], address)
end
local names = cjson.decode(ARGV[4])
local answers = {}
local n
for i, entry in ipairs(cjson.decode(ARGV[5])) do
  local key = KEYS[3 + i]
  local address, at, expires = entry[1], entry[2], entry[3]
  local known = redis.pcall('HMGET', key, 'at', 'gate')
  if known.err then
    answers[i] = -1
  else
    local last, gate = tonumber(known[1] or ''), known[2] or ''
    local isLate = last and (last > at or (last == at and gate <= entry[4][1]))
    if isLate and last <= now + ${MAX_AHEAD_MS} then
      answers[i] = 0
    else
      local fields = {}
      for f, name in ipairs(names) do
        fields[#fields + 1] = name
        fields[#fields + 1] = entry[4][f]
      end
      redis.call('HSET', key, unpack(fields))
      redis.call('PEXPIRE', key, math.max(1, math.ceil(expires - now)))
      n = redis.call('HINCRBY', KEYS[1], 'n', 1)
      redis.call('ZADD', KEYS[2], n, address)
      redis.call('ZADD', KEYS[3], expires, address)
      answers[i] = 1
    end
  end
end
if n then redis.call('PUBLISH', ARGV[3], n) end
return answers
`

/**
 * What has changed after a number, oldest change first.
 *
 *     KEYS  state, changes    ARGV  number, how many at most, longest key
 *     ->    [name of the count or '', its number, [key or '' for a foreign one, number...]]
 */
export const CHANGES_SCRIPT = `
local state = redis.call('HMGET', KEYS[1], 'epoch', 'n')
local n = string.sub(state[2] or '0', 1, 20)
local rows = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[1], n, 'WITHSCORES', 'LIMIT', 0, ARGV[2])
for i = 1, #rows, 2 do
  if #rows[i] > tonumber(ARGV[3]) then rows[i] = '' end
end
return {string.sub(state[1] or '', 1, 64), n, rows}
`

/**
 * The fields of some hashes, unless one is longer than any that a gate writes.
 *
 *     KEYS  hashes    ARGV  longest value in octets, field names
 *     ->    for each its values, all nil where there is none, or 'foreign'
 */
export const READ_SCRIPT = `
local longest = tonumber(ARGV[1])
local names = {unpack(ARGV, 2)}
local out = {}
for i, key in ipairs(KEYS) do
  local values = {}
  for f, name in ipairs(names) do
    local octets = redis.pcall('HSTRLEN', key, name)
    if type(octets) ~= 'number' or octets > longest then
      values = 'foreign'
      break
    end
  end
  out[i] = values == 'foreign' and values or redis.call('HMGET', key, unpack(names))
end
return out
`
