-- Makes an epoch the writer of a partition's view.
--
-- KEYS[1]  meta: hash epoch, histOff, inboxOff, disp, gen
-- KEYS[2]  set of generations that were left and whose keys are not removed yet
-- ARGV[1]  epoch: offset of the claim
-- ARGV[2]  histOff   ARGV[3]  inboxOff   ARGV[4]  disp
-- ARGV[5]  '1': begin an empty view
--
-- The view's keys carry a generation; an empty view is a new one, so nothing has to be deleted while Redis waits.
-- Returns {'OK', generation to remove …} | {'FENCED'}: a later epoch has the partition.
local epoch = tonumber(ARGV[1])
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'gen')
if meta[1] and tonumber(meta[1]) > epoch then return { 'FENCED' } end
local gen = meta[2]
local histOff = ARGV[2]
if ARGV[5] == '1' then
  -- The same epoch may reset twice, and every view is a generation of its own.
  local fresh = ARGV[1]
  while fresh == gen or redis.call('SISMEMBER', KEYS[2], fresh) == 1 do fresh = fresh .. 'x' end
  if gen then redis.call('SADD', KEYS[2], gen) end
  gen = fresh
elseif not gen then
  -- Wiped since the caller looked: an empty view must not pass for a whole one, so the next apply finds a gap.
  gen = ARGV[1]
  histOff = '-1'
end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'histOff', histOff, 'inboxOff', ARGV[3], 'disp', ARGV[4], 'gen', gen)
local answer = redis.call('SMEMBERS', KEYS[2])
table.insert(answer, 1, 'OK')
return answer
