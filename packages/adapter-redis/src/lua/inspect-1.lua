-- Runs as the view has them, each with its timers and lists as they are at this moment.
--
-- KEYS[1]  meta   ARGV[1]  base of the key names   ARGV[2…]  run ids
-- Returns for each run that is there: state (whole-run.lua), lists it stands on (by status, with ','), number of timers in the due set, (member, due)…
local gen = redis.call('HGET', KEYS[1], 'gen')
local answer = {}
if not gen then return answer end
local base = ARGV[1] .. ':' .. gen .. ':'
for i = 2, #ARGV do
  local state = whole(base .. 'r:' .. ARGV[i])
  if state then
    local lists = {}
    for _, status in ipairs({ 'running', 'blocked', 'completed', 'failed', 'cancelled' }) do
      if redis.call('ZSCORE', base .. 's:' .. status, ARGV[i]) then lists[#lists + 1] = status end
    end
    local due = {}
    for member in string.gmatch(redis.call('HGET', base .. 'r:' .. ARGV[i], 'timers') or '', '[^\n]+') do
      local score = redis.call('ZSCORE', base .. 'due', member)
      if score then
        due[#due + 1] = member
        due[#due + 1] = score
      end
    end
    answer[#answer + 1] = state
    answer[#answer + 1] = table.concat(lists, ',')
    answer[#answer + 1] = #due / 2
    for _, part in ipairs(due) do answer[#answer + 1] = part end
  end
end
return answer
