-- What is known of owners that died while they had a partition: see the port PoisonWatch.
--
-- KEYS[1]  hash epoch, ended ('1'), deciding (inbox offset), at (inbox offset where owners died), by (their epochs, each with a comma behind it)
-- ARGV[1]  'begin' | 'deciding' | 'decided' | 'ended'   ARGV[2]  epoch of who says so
-- ARGV[3]  begin: inbox position; deciding, decided: inbox offset; ended: ''
-- ARGV[4]  milliseconds that it is kept
--
-- Returns for begin {'1' where the owner before has not said that it ended, offset where owners died or '', how many}, otherwise 'OK'.
local h = redis.call('HMGET', KEYS[1], 'epoch', 'ended', 'deciding', 'at', 'by')
local epoch, ended, deciding, at, by = h[1], h[2] == '1', h[3], h[4], h[5]

if ARGV[1] == 'begin' then
  if epoch and tonumber(epoch) >= tonumber(ARGV[2]) then return { '0', '', 0 } end
  local died = epoch and not ended
  if died and deciding then
    by = (at == deciding and by or '') .. epoch .. ','
    at = deciding
  end
  if at and tonumber(at) < tonumber(ARGV[3]) then at = false end
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'epoch', ARGV[2])
  if at then redis.call('HSET', KEYS[1], 'at', at, 'by', by) end
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  local _, deaths = string.gsub(at and by or '', ',', '')
  return { died and '1' or '0', at or '', deaths }
end

if epoch == ARGV[2] then
  if ARGV[1] == 'deciding' and not ended then redis.call('HSET', KEYS[1], 'deciding', ARGV[3]) end
  if ARGV[1] == 'decided' then
    if deciding == ARGV[3] then redis.call('HDEL', KEYS[1], 'deciding') end
    if at == ARGV[3] then redis.call('HDEL', KEYS[1], 'at', 'by') end
  end
  if ARGV[1] == 'ended' then
    redis.call('HSET', KEYS[1], 'ended', '1')
    redis.call('HDEL', KEYS[1], 'deciding')
  end
elseif ARGV[1] == 'ended' and by then
  local from, to = string.find(',' .. by, ',' .. ARGV[2] .. ',', 1, true)
  if from then
    by = string.sub(by, 1, from - 1) .. string.sub(by, to)
    if by == '' then redis.call('HDEL', KEYS[1], 'at', 'by') else redis.call('HSET', KEYS[1], 'by', by) end
  end
end
return 'OK'
