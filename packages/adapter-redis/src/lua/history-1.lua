-- Entries of a run's history.
--
-- KEYS[1]  meta   ARGV[1]  base of the key names   ARGV[2]  run   ARGV[3]  seq to begin at   ARGV[4]  limit
-- Returns false where the run is unknown, otherwise entries (packed-entries.ts) of so many events; a transition is never split, so there may be more
-- than the limit.
local gen = redis.call('HGET', KEYS[1], 'gen')
if not gen then return false end
local base = ARGV[1] .. ':' .. gen .. ':'
if redis.call('EXISTS', base .. 'r:' .. ARGV[2]) == 0 then return false end
local stream = base .. 'e:' .. ARGV[2]
local limit = tonumber(ARGV[4])
local entries, count = {}, 0
local from, seq = ARGV[3] .. '-0', nil
repeat
  -- One that is written holds several, so fewer are read than asked for.
  local found = redis.call('XRANGE', stream, from, '+', 'COUNT', 64)
  for i = 1, #found do
    local of = string.match(found[i][1], '^(%d+)-')
    if count >= limit and of ~= seq then return entries end
    seq = of
    entries[#entries + 1] = found[i][2][2]
    count = count + tonumber(found[i][2][4] or '1')
    from = '(' .. found[i][1]
  end
until #found < 64
return entries
