-- Comes before the scripts that read whole runs: the state of the run with this key, followed by the name and the value of each
-- part where some of it is held apart, see run-parts.ts; false where there is none.
local function whole(key)
  local run = redis.call('HMGET', key, 'state', 'parts')
  if not run[1] or not run[2] or run[2] == '' then return run[1] end
  local answer = { run[1] }
  for name in string.gmatch(run[2], '[^\n]+') do
    answer[#answer + 1] = name
    answer[#answer + 1] = redis.call('HGET', key, 'p:' .. name)
  end
  return answer
end

local function bytesOf(run)
  if not run then return 0 end
  if type(run) == 'string' then return #run end
  local bytes = 0
  for _, part in ipairs(run) do bytes = bytes + #part end
  return bytes
end
