-- Makes an epoch the writer of a partition's view.
--
-- KEYS[1]  meta: hash epoch, histOff, inboxOff, disp, gen, and carried where a carry-forward is known
-- KEYS[2]  set of generations that were left and whose keys are not removed yet
-- ARGV[1]  epoch: offset of the claim
-- ARGV[2]  histOff   ARGV[3]  inboxOff   ARGV[4]  disp
-- ARGV[5]  '': begin an empty view; otherwise the epoch that is there   ARGV[6]  and the histOff it has at least
-- ARGV[7]  carried, or ''
--
-- The view's keys carry a generation; an empty view is a new one, so nothing has to be deleted while Redis waits.
-- Returns {'OK', generation to remove …} | {'FENCED'} a later epoch has the partition | {'LOST'} what is there is not what the
-- caller has read: wiped, or an older copy.
local epoch = tonumber(ARGV[1])
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'gen', 'histOff')
if meta[1] and tonumber(meta[1]) > epoch then return { 'FENCED' } end
local gen = meta[2]
if ARGV[5] == '' then
  -- The same epoch may reset twice, and every view is a generation of its own.
  local fresh = ARGV[1]
  while fresh == gen or redis.call('SISMEMBER', KEYS[2], fresh) == 1 do fresh = fresh .. 'x' end
  if gen then redis.call('SADD', KEYS[2], gen) end
  gen = fresh
elseif not gen or tonumber(meta[1]) ~= tonumber(ARGV[5]) or tonumber(meta[3]) < tonumber(ARGV[6]) then
  return { 'LOST' }
end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'histOff', ARGV[2], 'inboxOff', ARGV[3], 'disp', ARGV[4], 'gen', gen)
if ARGV[7] ~= '' and tonumber(ARGV[7]) > tonumber(redis.call('HGET', KEYS[1], 'carried') or '0') then redis.call('HSET', KEYS[1], 'carried', ARGV[7]) end
local answer = redis.call('SMEMBERS', KEYS[2])
table.insert(answer, 1, 'OK')
return answer
