-- One act: stores changes, each a compare-and-set of its own. A change stores its record, places in lists, deadline,
-- audit entries, effects and a hint for waiters together, or nothing. The only rule here: the version has not moved.
-- The first line (#!lua …) is put before this text when it is loaded: creating is refused by a full Redis, changing is not.
--
-- KEYS deadlines · audit · outbox · changes · reviews · undecided,
--      then for each change: record · the service's pending list · the service's list of the new status · its stream of answers · its answer about this request
-- ARGV for each change: id · token of this offer · expected version ('0': must not exist) · record · status · next alarm in ms ('': none)
--      · retention in ms ('': it has an alarm) · place in lists · review ('' · open · closed) · answer ('': none to leave) · how long it stays in ms ('': until it is replaced) · when to look whether policy is asked, in ms ('': it has answered) · number of entries · entries … · number of effects · key, effect …
-- Answers for each change: 1 when stored, now or before by the same offer, whose answer was lost; {actual version, actual record} when not, {'0'} when there is none.
-- An error answer (a deadline, retention or number that is none) leaves nothing behind: all is checked before the first write.

-- How long waiters find in the stream what they need for milliseconds; a longer answer is read under its key.
local STREAMED_MS, STREAMED_CHARS = 60000, 16384
local changes, at, k = {}, 1, 7
local function take()
  at = at + 1
  return ARGV[at - 1]
end
while at <= #ARGV do
  local c = { record_key = KEYS[k], pending_key = KEYS[k + 1], status_key = KEYS[k + 2],
    answers_key = KEYS[k + 3], answer_key = KEYS[k + 4] }
  k = k + 5
  c.id, c.token, c.expected, c.record, c.status, c.deadline, c.retention, c.place, c.review, c.answer, c.answer_ms, c.look =
    take(), take(), take(), take(), take(), take(), take(), take(), take(), take(), take(), take()
  c.version = tonumber(c.expected)
  local due, kept = tonumber(c.deadline), tonumber(c.retention)
  if not c.version or (c.deadline == '') == (c.retention == '') or not (due or kept) or due ~= due
    or not (c.look == '' or tonumber(c.look)) or not (c.answer_ms == '' or tonumber(c.answer_ms)) then
    return redis.error_reply('BADCHANGE a version, a deadline or a retention is not a number')
  end
  c.version = string.format('%d', c.version + 1)
  c.entries = { KEYS[2], '*', 'id', c.id, 'v', c.version }
  for _ = 1, tonumber(take()) do
    c.entries[#c.entries + 1] = 'entry'
    c.entries[#c.entries + 1] = take()
  end
  c.effects = {}
  for n = 1, tonumber(take()) do c.effects[n] = { take(), take() } end
  changes[#changes + 1] = c
end

local answers = {}
for n, c in ipairs(changes) do
  local seen = redis.call('HMGET', c.record_key, 'v', 'by')
  if seen[2] == c.token then
    answers[n] = 1
  elseif (seen[1] or '0') ~= c.expected then
    answers[n] = { seen[1] or '0', redis.call('HGET', c.record_key, 'record') or nil }
  else
    redis.call('HSET', c.record_key, 'v', c.version, 'record', c.record, 'by', c.token)
    if c.deadline ~= '' then
      redis.call('ZADD', KEYS[1], c.deadline, c.id)
      if c.status ~= 'pending' then redis.call('PERSIST', c.record_key) end
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
    if c.look ~= '' then
      redis.call('ZADD', KEYS[6], c.look, c.id)
    elseif c.expected ~= '0' then
      redis.call('ZREM', KEYS[6], c.id)
    end
    redis.call('ZADD', c.status_key, 0, c.place)
    if #c.entries > 6 then redis.call('XADD', unpack(c.entries)) end
    for _, effect in ipairs(c.effects) do
      redis.call('XADD', KEYS[3], '*', 'key', effect[1], 'id', c.id, 'effect', effect[2])
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
