-- Applies committed transitions to a partition's view. Everything is checked before the first write.
--
-- KEYS[1]  meta; the other keys lie under the same hash tag and are named from it by generation:
--          <base>:<gen>:r:<run> hash seq, state, status, workflow, timers   :e:<run> stream of history entries
--          :due zset of timers   :all  :s:<status>  :w:<workflow> zsets of runs by update   :workflows set
-- ARGV[1]  epoch  ARGV[2] prevOff  ARGV[3] histOff  ARGV[4] inboxOff  ARGV[5] disp
-- ARGV[6]  base of the key names   ARGV[7] milliseconds that an ended run is kept   ARGV[8] number of runs, and for each:
--          run, seq, state, status, workflow, updatedMs, '1' where it has ended, number of timers, (member, due)…,
--          number of entries, (seq, entry)…
--
-- Returns 'OK' | 'FENCED' a later epoch writes here | 'GAP' something before prevOff is missing | 'NOMETA' wiped
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'histOff', 'inboxOff', 'disp', 'gen')
if not meta[1] then return 'NOMETA' end
if tonumber(meta[1]) > tonumber(ARGV[1]) then return 'FENCED' end
if tonumber(meta[2]) < tonumber(ARGV[2]) then return 'GAP' end

local base = ARGV[6] .. ':' .. meta[5] .. ':'
local keepMs = ARGV[7]
local due, all = base .. 'due', base .. 'all'
local at = 9
for _ = 1, tonumber(ARGV[8]) do
  local run, seq, state, status, workflow, updated, ended = ARGV[at], tonumber(ARGV[at + 1]), ARGV[at + 2], ARGV[at + 3], ARGV[at + 4], ARGV[at + 5], ARGV[at + 6]
  local timers = tonumber(ARGV[at + 7])
  local firstTimer = at + 8
  local entries = tonumber(ARGV[firstTimer + 2 * timers])
  local firstEntry = firstTimer + 2 * timers + 1
  at = firstEntry + 2 * entries
  local key = base .. 'r:' .. run
  local stored = redis.call('HMGET', key, 'seq', 'status', 'timers')
  local known = tonumber(stored[1] or '0')
  if known < seq then
    if stored[3] and stored[3] ~= '' then
      for member in string.gmatch(stored[3], '[^\n]+') do redis.call('ZREM', due, member) end
    end
    local members = {}
    for i = 0, timers - 1 do
      local member = ARGV[firstTimer + 2 * i]
      members[#members + 1] = member
      redis.call('ZADD', due, ARGV[firstTimer + 2 * i + 1], member)
    end
    redis.call('HSET', key, 'seq', seq, 'state', state, 'status', status, 'timers', table.concat(members, '\n'))
    if stored[2] and stored[2] ~= status then redis.call('ZREM', base .. 's:' .. stored[2], run) end
    redis.call('ZADD', all, updated, run)
    redis.call('ZADD', base .. 's:' .. status, updated, run)
    redis.call('ZADD', base .. 'w:' .. workflow, updated, run)
    if not stored[1] then redis.call('SADD', base .. 'workflows', workflow) end
    local stream = base .. 'e:' .. run
    local place = 0
    local last = 0
    for i = 0, entries - 1 do
      local entrySeq = tonumber(ARGV[firstEntry + 2 * i])
      if entrySeq ~= last then
        last = entrySeq
        place = 0
      end
      place = place + 1
      if entrySeq > known then redis.call('XADD', stream, entrySeq .. '-' .. place, 'e', ARGV[firstEntry + 2 * i + 1]) end
    end
    if ended == '1' then
      redis.call('PEXPIRE', key, keepMs)
      redis.call('PEXPIRE', stream, keepMs)
    end
  end
end

local function further(old, new)
  if tonumber(old) > tonumber(new) then return old end
  return new
end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'histOff', further(meta[2], ARGV[3]), 'inboxOff', further(meta[3], ARGV[4]), 'disp', further(meta[4], ARGV[5]))
return 'OK'
