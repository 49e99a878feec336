/** A site's ledger in Redis. The braces are literal: a hash tag, so that all keys share a Cluster slot. */
export function ledgerKey(site: string): string {
  return `sg:{${site}}:ledger`
}

/** Hash of the texts that entries point to: SHA-256 (hex) -> text. */
export function documentsKey(site: string): string {
  return `sg:{${site}}:documents`
}

/** Hash of the rows that name people, apart from the entries, so that one can be erased: reference -> JSON. */
export function peopleKey(site: string): string {
  return `sg:{${site}}:people`
}

/**
 * Appends rows behind the head that the writer has seen, or nothing: what makes the ledger fork-free.
 *
 *     KEYS  ledger, documents, people
 *     ARGV  hash of the head seen, rows [[seq, body, hash]...], documents [[hash, text]...],
 *           people [[ref, row or null to erase]...] (each JSON), `append` or `rewind`
 *     ->    [1 if taken, generation, seq, hash] of the head then
 *
 * An entry's id in the stream is `generation-seq`. A chain that replaces the end of another one begins
 * a generation: nothing is ever deleted, and where two rows have one seq the higher generation counts.
 * Everything that can fail (memory, a replica, a wrong type) fails before the first row is in.
 */
export const APPEND_SCRIPT = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local generation, seq, hash = 0, 0, string.rep('0', 64)
if last then
  local g, s = string.match(last[1], '^(%d+)-(%d+)$')
  generation, seq, hash = tonumber(g), tonumber(s), last[2][4]
end
if hash ~= ARGV[1] then return {0, generation, seq, hash} end
local rows = cjson.decode(ARGV[2])
local first = rows[1][1]
if ARGV[5] == 'rewind' and first <= seq then
  generation = generation + 1
elseif first ~= seq + 1 then
  return redis.error_reply('GAP entry ' .. first .. ' does not come after entry ' .. seq)
end
for _, document in ipairs(cjson.decode(ARGV[3])) do redis.call('HSETNX', KEYS[2], document[1], document[2]) end
for _, person in ipairs(cjson.decode(ARGV[4])) do
  if person[2] == cjson.null then redis.call('HDEL', KEYS[3], person[1])
  else redis.call('HSET', KEYS[3], person[1], person[2]) end
end
for _, row in ipairs(rows) do
  redis.call('XADD', KEYS[1], string.format('%d-%d', generation, row[1]), 'body', row[2], 'hash', row[3])
  seq, hash = row[1], row[3]
end
return {1, generation, seq, hash}
`
