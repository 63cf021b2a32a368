-- One act: stores changes, each a compare-and-set of its own. A change stores its record, places in lists, deadline,
-- audit entries, effects and a hint for waiters together, or nothing. The only rules here: the version has not moved,
-- nor the number of broken glasses that policy was told of, and budgets hold.
-- The first line (#!lua …) is put before this text when it is loaded: creating is refused by a full Redis, changing is not.
--
-- KEYS deadlines · audit · outbox · changes · reviews · undecided · unshown,
--      then for each change: record · the service's pending list · the service's list of the new status · its stream of answers · its answer about this request · where its audit entries are · what the service has used · who of its requests broke glass
-- ARGV now in ms · most pending requests, most stored bytes, requests a second of one service ('': no limit),
--      then for each change: the service · who hurries nobody (clock), or '' · id · token of this offer · expected version ('0': must not exist) · record · status · next alarm in ms ('': none)
--      · retention in ms ('': it has an alarm) · place in lists · review ('' · open · closed) · answer ('': none to leave) · how long it stays in ms ('': until it is replaced) · when to look whether policy is asked, in ms ('': it has answered)
--      · how many others broke glass as far as policy was told ('': this breaks none) · its place in unshown ('': none) · number of entries · entries … · number of effects · key, effect …
-- Answers for each change: 1 when stored, now or before by the same offer, whose answer was lost; {actual version, actual record} when not, {'0'} when there is none;
--      {'outdated', actual record} when it breaks glass and more others of its service did within a day than policy was told;
--      {'over', budget, ms to wait} when the service has used up what it may, so that nothing was created.
-- An error answer (a deadline, retention or number that is none) leaves nothing behind: all is checked before the first write.

-- How long waiters find in the stream what they need for milliseconds; a longer answer is read under its key.
local STREAMED_MS, STREAMED_CHARS = 60000, 16384
local DAY_MS, BURST_S = 86400000, 2
local changes, at, k = {}, 1, 8
local function take()
  at = at + 1
  return ARGV[at - 1]
end
local now, most_pending, most_bytes, rate = tonumber(take()), tonumber(take()), tonumber(take()), tonumber(take())
while at <= #ARGV do
  local c = { record_key = KEYS[k], pending_key = KEYS[k + 1], status_key = KEYS[k + 2],
    answers_key = KEYS[k + 3], answer_key = KEYS[k + 4], audit_of_key = KEYS[k + 5], usage_key = KEYS[k + 6], glass_key = KEYS[k + 7] }
  k = k + 8
  c.service, c.rank, c.id, c.token, c.expected, c.record, c.status, c.deadline, c.retention, c.place, c.review, c.answer, c.answer_ms, c.look, c.glass, c.unshown =
    take(), take(), take(), take(), take(), take(), take(), take(), take(), take(), take(), take(), take(), take(), take(), take()
  c.version = tonumber(c.expected)
  local due, kept = tonumber(c.deadline), tonumber(c.retention)
  if not c.version or (c.deadline == '') == (c.retention == '') or not (due or kept) or due ~= due
    or not (c.look == '' or tonumber(c.look)) or not (c.glass == '' or tonumber(c.glass)) or not (c.answer_ms == '' or tonumber(c.answer_ms)) then
    return redis.error_reply('BADCHANGE a version, a deadline or a retention is not a number')
  end
  c.version = string.format('%d', c.version + 1)
  c.kept_ms, c.audited = kept, 0
  c.entries = { KEYS[2], '*', 'id', c.id, 'v', c.version }
  for _ = 1, tonumber(take()) do
    c.entries[#c.entries + 1] = 'entry'
    c.entries[#c.entries + 1] = take()
    c.audited = c.audited + #c.entries[#c.entries]
  end
  c.effects = {}
  for n = 1, tonumber(take()) do c.effects[n] = { take(), take() } end
  changes[#changes + 1] = c
end

-- What ended with its requests is no longer stored. Looked at once a day, so that nothing has to tell when a request ends.
local function forget_ended(usage_key, swept)
  local today = math.floor(now / DAY_MS)
  if swept == tostring(today) then return end
  local used = redis.call('HGETALL', usage_key)
  for i = 1, #used, 2 do
    local day = tonumber(string.match(used[i], '^until:(%d+)$'))
    if day and day < today then
      redis.call('HINCRBY', usage_key, 'bytes', -tonumber(used[i + 1]))
      redis.call('HDEL', usage_key, used[i])
    end
  end
  redis.call('HSET', usage_key, 'swept', tostring(today))
end

-- Which budget this new request would exceed, and for how long; nil where it may be created, which takes one of the rate.
local function over(c)
  local used = redis.call('HMGET', c.usage_key, 'tokens', 'at', 'swept')
  forget_ended(c.usage_key, used[3])
  if rate then
    local most = math.max(1, rate * BURST_S)
    local tokens = math.min(most, (tonumber(used[1]) or most) + math.max(0, now - (tonumber(used[2]) or now)) * rate / 1000)
    if tokens < 1 then return { 'over', 'requests_per_second', math.ceil((1 - tokens) * 1000 / rate) } end
    redis.call('HSET', c.usage_key, 'tokens', tostring(tokens - 1), 'at', tostring(now))
  end
  if most_pending and c.status == 'pending' and redis.call('ZCARD', c.pending_key) >= most_pending then
    return { 'over', 'pending', 5000 }
  end
  if most_bytes then
    local bytes = tonumber(redis.call('HGET', c.usage_key, 'bytes') or '0')
    if bytes + #c.record + c.audited > most_bytes then return { 'over', 'stored_bytes', 60000 } end
  end
end

-- Whether more requests of the service have broken glass within a day than this one was judged by: twenty at the same
-- moment were all told of none, and pass one by one.
local function is_outdated(c)
  redis.call('ZREMRANGEBYSCORE', c.glass_key, '-inf', now - DAY_MS)
  local others = redis.call('ZCARD', c.glass_key) - (redis.call('ZSCORE', c.glass_key, c.id) and 1 or 0)
  return others > tonumber(c.glass)
end

-- What a request takes up: its record and all its audit entries, until its record ends.
local function account(c, counted, ends, audited)
  audited = (tonumber(audited) or 0) + c.audited
  local size = audited + #c.record
  local grown = size - (tonumber(counted) or 0)
  redis.call('HINCRBY', c.usage_key, 'bytes', grown)
  if ends then redis.call('HINCRBY', c.usage_key, 'until:' .. ends, -tonumber(counted)) end
  redis.call('HSET', c.record_key, 'size', size, 'audited', audited)
  if c.deadline ~= '' then
    if ends then redis.call('HDEL', c.record_key, 'ends') end
    return
  end
  local day = string.format('%d', math.floor((now + c.kept_ms) / DAY_MS))
  redis.call('HINCRBY', c.usage_key, 'until:' .. day, size)
  redis.call('HSET', c.record_key, 'ends', day)
end

-- Where it waits for its first card, and nowhere else: what an older place was stands with the version that took it.
local function wait_for_card(c, placed)
  local before = placed and string.match(placed, '^%d+ (.*)$')
  if before and before ~= c.unshown then redis.call('ZREM', KEYS[7], before) end
  if c.unshown ~= '' then
    redis.call('ZADD', KEYS[7], 0, c.unshown)
    redis.call('HSET', c.record_key, 'unshown', c.version .. ' ' .. c.unshown)
  elseif placed then
    redis.call('HDEL', c.record_key, 'unshown')
  end
end

local answers = {}
for n, c in ipairs(changes) do
  local seen = redis.call('HMGET', c.record_key, 'v', 'by', 'size', 'ends', 'audited', 'unshown')
  if seen[2] == c.token then
    answers[n] = 1
  elseif (seen[1] or '0') ~= c.expected then
    answers[n] = { seen[1] or '0', redis.call('HGET', c.record_key, 'record') or nil }
  elseif c.glass ~= '' and is_outdated(c) then
    answers[n] = { 'outdated', redis.call('HGET', c.record_key, 'record') or nil }
  elseif c.expected == '0' then
    answers[n] = over(c)
  end
  if answers[n] == nil then
    redis.call('HSET', c.record_key, 'v', c.version, 'record', c.record, 'by', c.token, 'status', c.version .. ':' .. c.status, 'service', c.service)
    if c.deadline ~= '' then
      redis.call('ZADD', KEYS[1], c.deadline, c.id)
      if c.status ~= 'pending' then
        redis.call('PERSIST', c.record_key)
        redis.call('PERSIST', c.audit_of_key)
      end
    else
      redis.call('PEXPIRE', c.record_key, c.retention)
      if c.expected ~= '0' then redis.call('ZREM', KEYS[1], c.id) end
    end
    if c.status ~= 'pending' and c.expected ~= '0' then redis.call('ZREM', c.pending_key, c.place) end
    if c.review == 'open' then
      redis.call('ZADD', KEYS[5], 0, c.place)
    elseif c.review == 'closed' then
      redis.call('ZREM', KEYS[5], c.place)
    end
    if c.glass ~= '' then
      redis.call('ZADD', c.glass_key, now, c.id)
      redis.call('PEXPIRE', c.glass_key, DAY_MS)
    end
    if c.look ~= '' then
      redis.call('ZADD', KEYS[6], c.look, c.id)
    elseif c.expected ~= '0' then
      redis.call('ZREM', KEYS[6], c.id)
    end
    wait_for_card(c, seen[6])
    redis.call('ZADD', c.status_key, 0, c.place)
    if #c.entries > 6 then redis.call('RPUSH', c.audit_of_key, redis.call('XADD', unpack(c.entries))) end
    if c.deadline == '' then redis.call('PEXPIRE', c.audit_of_key, c.retention) end
    account(c, seen[3], seen[4], seen[5])
    for _, effect in ipairs(c.effects) do
      redis.call('XADD', KEYS[3], '*', 'key', effect[1], 'id', c.id, 'effect', effect[2], 'rank', c.rank, 'bytes', #c.record)
    end
    redis.call('XADD', KEYS[4], 'MAXLEN', '~', 10000, '*', 'id', c.id, 'v', c.version, 'status', c.status)
    if c.answer ~= '' and c.answer_ms == '' then
      redis.call('SET', c.answer_key, c.answer)
    elseif c.answer ~= '' then
      redis.call('SET', c.answer_key, c.answer, 'PX', c.answer_ms)
      redis.call('XADD', c.answers_key, 'MAXLEN', '~', 1000, '*', 'id', c.id,
        'answer', #c.answer <= STREAMED_CHARS and c.answer or '')
      redis.call('PEXPIRE', c.answers_key, STREAMED_MS)
    end
    answers[n] = 1
  end
end
return answers
