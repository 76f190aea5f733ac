-- Makes an epoch the writer of a partition's view.
--
-- KEYS[1]  meta: hash epoch, histOff, inboxOff, disp, gen
-- ARGV[1]  epoch: offset of the claim
-- ARGV[2]  histOff   ARGV[3]  inboxOff   ARGV[4]  disp
-- ARGV[5]  '1': begin an empty view
--
-- The view's keys carry a generation; an empty view is a new one, so nothing has to be deleted while Redis waits.
-- Returns {'OK', generation that was left or ''} | {'FENCED', ''}: a later epoch has the partition.
local epoch = tonumber(ARGV[1])
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'gen')
if meta[1] and tonumber(meta[1]) > epoch then return { 'FENCED', '' } end
local left = ''
local gen = meta[2]
local histOff = ARGV[2]
if ARGV[5] == '1' then
  if gen and gen ~= ARGV[1] then left = gen end
  gen = ARGV[1]
  if left == '' and meta[2] == ARGV[1] then gen = ARGV[1] .. 'x' end
elseif not gen then
  -- Wiped since the caller looked: an empty view must not pass for a whole one, so the next apply finds a gap.
  gen = ARGV[1]
  histOff = '-1'
end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'histOff', histOff, 'inboxOff', ARGV[3], 'disp', ARGV[4], 'gen', gen)
return { 'OK', left }
