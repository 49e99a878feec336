/** The site's stream of refusals; the braces are literal: a hash tag, so both keys share a Cluster slot. */
export function streamKey(site: string): string {
  return `sg:{${site}}:blocked`
}

/** Hash of each gate's last number in the stream (field: the gate) and its journal's id (`<gate>#journal`). */
export function shippedKey(site: string): string {
  return `sg:{${site}}:shipped`
}

/**
 * Appends a batch and moves the gate's number, in one step that nobody sees half of: what makes shipping
 * exactly-once in effect. A batch that arrives twice (its answer was lost) is skipped; one that would
 * leave a gap (Redis was wiped, or failed over to a copy that is behind) is refused, and the answer tells
 * where to go on. A batch names the number after which it holds all that the journal still has: what is
 * missing behind that was purged, and is no gap.
 *
 *     KEYS  stream, shipped
 *     ARGV  gate, journal id, field names (JSON), entries (JSON: [[seq, value...]...]), the number before
 *     ->    [the gate's number now, entries appended]
 *
 * Entries come as one JSON text: as 27 arguments each they cost this thread 3 times as much. Nulls are
 * left out. Everything that can fail (memory, a replica, a wrong type) fails at the first command.
 */
export const SHIP_SCRIPT = `
local owner = redis.call('HGET', KEYS[2], ARGV[1] .. '#journal')
if owner and owner ~= ARGV[2] then
  return redis.error_reply('OTHERJOURNAL another journal ships under this gate name')
end
local last = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0')
local names = cjson.decode(ARGV[3])
local entries = cjson.decode(ARGV[4])
if tonumber(ARGV[5]) > last then return {last, 0} end
local appended = 0
for _, entry in ipairs(entries) do
  local seq = tonumber(entry[1])
  if seq > last then
    local fields = {}
    for i, name in ipairs(names) do
      if entry[i] ~= cjson.null then
        fields[#fields + 1] = name
        fields[#fields + 1] = entry[i]
      end
    end
    redis.call('XADD', KEYS[1], '*', unpack(fields))
    last = seq
    appended = appended + 1
  end
end
redis.call('HSET', KEYS[2], ARGV[1], last, ARGV[1] .. '#journal', ARGV[2])
return {last, appended}
`

/**
 * Begins a gate's numbers anew: its journal is another file than the one Redis knows, or an older copy
 * of it, and its numbers would pass for shipped ones.
 *
 *     KEYS  shipped    ARGV  gate, journal id
 */
export const ADOPT_SCRIPT = `
redis.call('HSET', KEYS[1], ARGV[1], 0, ARGV[1] .. '#journal', ARGV[2])
return 0
`
