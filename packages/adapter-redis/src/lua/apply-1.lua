-- Applies committed transitions to a partition's view. Everything is checked before the first write.
--
-- KEYS[1]  meta; the other keys lie under the same hash tag and are named from it by generation:
--          <base>:<gen>:r:<run> hash seq, state, status, timers, and where parts of the state are held
--          apart, their names in parts and each in p:<name>   :e:<run> stream of history entries,
--          each those of one transition (packed-entries.ts): e, and n where they are several
--          :due zset of timers   :all  :s:<status>  :w:<workflow> zsets of runs by update   :workflows set
--          :tasks  :t:<hash of an assignee> zsets of what people are asked by the time, :asked hash of it; the run's own
--          in tasks of its hash, a line each: the task and the lists beside :tasks that it stands on
-- ARGV[1]  epoch  ARGV[2] prevOff  ARGV[3] histOff  ARGV[4] inboxOff  ARGV[5] disp
-- ARGV[6]  base of the key names   ARGV[7] milliseconds that an ended run is kept   ARGV[8] carried, or ''
-- ARGV[9]  number of runs, and for each:
--          run, seq, state, status, workflow, updatedMs, '1' where it has ended, number of timers, (member, due)…,
--          number of entries, (seq, how many in one, entry)…, the seq that the view must hold where parts of that state are kept, else '',
--          names of all parts (a line each), number of parts that are written, (name, value)…,
--          number of tasks, (task, asked at, summary, lists with a blank between)…
--
-- A timer member holds no line break, and neither does the name of a part.
-- Returns an error BADARG, or 'OK' | 'FENCED' a later epoch writes here | 'GAP' something before prevOff is missing, or the claim | 'NOMETA' wiped
-- | 'OTHER' parts were to be kept of another state than the view holds: nothing was written, the runs are to be written whole
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'histOff', 'inboxOff', 'disp', 'gen', 'carried')
if not meta[1] then return 'NOMETA' end
if tonumber(meta[1]) > tonumber(ARGV[1]) then return 'FENCED' end
-- A copy of before the claim may be further on than what is built again under it, and hold other runs.
if tonumber(meta[1]) < tonumber(ARGV[1]) or tonumber(meta[2]) < tonumber(ARGV[2]) then return 'GAP' end

-- An error after a write would leave half of a batch behind, so all of it is read and checked first.
local function number(text)
  local value = tonumber(text)
  return value and value == value and value or nil
end
local runs = {}
local at = 10
for i = 1, number(ARGV[9]) or 0 do
  local run = { id = ARGV[at], seq = number(ARGV[at + 1]), state = ARGV[at + 2], status = ARGV[at + 3], workflow = ARGV[at + 4], updated = ARGV[at + 5], ended = ARGV[at + 6] == '1', timers = number(ARGV[at + 7]), firstTimer = at + 8 }
  if not run.seq or not number(run.updated) or not run.timers then return redis.error_reply('BADARG run ' .. i) end
  for t = 0, run.timers - 1 do
    if not number(ARGV[run.firstTimer + 2 * t + 1]) then return redis.error_reply('BADARG timer of run ' .. i) end
  end
  run.entries = number(ARGV[run.firstTimer + 2 * run.timers])
  if not run.entries then return redis.error_reply('BADARG entries of run ' .. i) end
  run.firstEntry = run.firstTimer + 2 * run.timers + 1
  for e = 0, run.entries - 1 do
    if not number(ARGV[run.firstEntry + 3 * e]) or not number(ARGV[run.firstEntry + 3 * e + 1]) then return redis.error_reply('BADARG entry of run ' .. i) end
  end
  at = run.firstEntry + 3 * run.entries
  run.over, run.names, run.parts, run.firstPart = ARGV[at], ARGV[at + 1], number(ARGV[at + 2]), at + 3
  if not run.names or not run.parts or (run.over ~= '' and not number(run.over)) then return redis.error_reply('BADARG parts of run ' .. i) end
  at = run.firstPart + 2 * run.parts
  run.tasks, run.firstTask = number(ARGV[at]), at + 1
  if not run.tasks then return redis.error_reply('BADARG tasks of run ' .. i) end
  for t = 0, run.tasks - 1 do
    if not number(ARGV[run.firstTask + 4 * t + 1]) or not ARGV[run.firstTask + 4 * t + 3] then return redis.error_reply('BADARG task of run ' .. i) end
  end
  at = run.firstTask + 4 * run.tasks
  runs[i] = run
end
if #runs ~= number(ARGV[9]) or at ~= #ARGV + 1 then return redis.error_reply('BADARG number of arguments') end
for i = 1, 5 do
  if not number(ARGV[i]) then return redis.error_reply('BADARG ' .. i) end
end
if ARGV[8] ~= '' and not number(ARGV[8]) then return redis.error_reply('BADARG 8') end

local base = ARGV[6] .. ':' .. meta[5] .. ':'
for _, run in ipairs(runs) do
  if run.over ~= '' then
    local known = tonumber(redis.call('HGET', base .. 'r:' .. run.id, 'seq') or '0')
    if known < run.seq and known ~= tonumber(run.over) then return 'OTHER' end
  end
end
local due, all = base .. 'due', base .. 'all'
for _, run in ipairs(runs) do
  local key, stream = base .. 'r:' .. run.id, base .. 'e:' .. run.id
  local stored = redis.call('HMGET', key, 'seq', 'status', 'timers', 'parts', 'tasks')
  local known = tonumber(stored[1] or '0')
  if known < run.seq then
    if stored[3] then
      for member in string.gmatch(stored[3], '[^\n]+') do redis.call('ZREM', due, member) end
    end
    local members = {}
    for t = 0, run.timers - 1 do
      local member = ARGV[run.firstTimer + 2 * t]
      members[#members + 1] = member
      redis.call('ZADD', due, ARGV[run.firstTimer + 2 * t + 1], member)
    end
    if stored[2] and stored[2] ~= run.status then redis.call('ZREM', base .. 's:' .. stored[2], run.id) end
    redis.call('ZADD', all, run.updated, run.id)
    redis.call('ZADD', base .. 's:' .. run.status, run.updated, run.id)
    redis.call('ZADD', base .. 'w:' .. run.workflow, run.updated, run.id)
    if not stored[1] then redis.call('SADD', base .. 'workflows', run.workflow) end
    local place, last = 0, 0
    for e = 0, run.entries - 1 do
      local seq = tonumber(ARGV[run.firstEntry + 3 * e])
      if seq ~= last then
        last = seq
        place = 0
      end
      place = place + 1
      -- An entry that is there already is refused by its id; that is no error here.
      if seq > known then
        local count, text = ARGV[run.firstEntry + 3 * e + 1], ARGV[run.firstEntry + 3 * e + 2]
        if count == '1' then redis.pcall('XADD', stream, seq .. '-' .. place, 'e', text)
        else redis.pcall('XADD', stream, seq .. '-' .. place, 'e', text, 'n', count) end
      end
    end
    local names = '\n' .. run.names .. '\n'
    for name in string.gmatch(stored[4] or '', '[^\n]+') do
      if not string.find(names, '\n' .. name .. '\n', 1, true) then redis.call('HDEL', key, 'p:' .. name) end
    end
    for p = 0, run.parts - 1 do redis.call('HSET', key, 'p:' .. ARGV[run.firstPart + 2 * p], ARGV[run.firstPart + 2 * p + 1]) end
    redis.call('HSET', key, 'seq', run.seq, 'state', run.state, 'status', run.status, 'timers', table.concat(members, '\n'))
    if run.names ~= '' then redis.call('HSET', key, 'parts', run.names) elseif stored[4] then redis.call('HDEL', key, 'parts') end
    for line in string.gmatch(stored[5] or '', '[^\n]+') do
      local task, lists = string.match(line, '^(%S+)(.*)$')
      redis.call('ZREM', base .. 'tasks', task)
      redis.call('HDEL', base .. 'asked', task)
      for list in string.gmatch(lists, '%S+') do redis.call('ZREM', base .. 't:' .. list, task) end
    end
    local tasks = {}
    for t = 0, run.tasks - 1 do
      local first = run.firstTask + 4 * t
      local task, asked, lists = ARGV[first], ARGV[first + 1], ARGV[first + 3]
      tasks[#tasks + 1] = task .. ' ' .. lists
      redis.call('ZADD', base .. 'tasks', asked, task)
      redis.call('HSET', base .. 'asked', task, ARGV[first + 2])
      for list in string.gmatch(lists, '%S+') do redis.call('ZADD', base .. 't:' .. list, asked, task) end
    end
    if #tasks > 0 then redis.call('HSET', key, 'tasks', table.concat(tasks, '\n')) elseif stored[5] then redis.call('HDEL', key, 'tasks') end
    if run.ended then
      redis.call('PEXPIRE', key, ARGV[7])
      redis.call('PEXPIRE', stream, ARGV[7])
    end
  end
end

local function further(old, new)
  if tonumber(old) > tonumber(new) then return old end
  return new
end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'histOff', further(meta[2], ARGV[3]), 'inboxOff', further(meta[3], ARGV[4]), 'disp', further(meta[4], ARGV[5]))
if ARGV[8] ~= '' then redis.call('HSET', KEYS[1], 'carried', further(meta[6] or '0', ARGV[8])) end
return 'OK'
