-- One act: a request takes a use of a standing approval, if there is one left.
--
-- KEYS standing
-- ARGV request · now in ms · most uses by now
-- Answers: 1 this request has a use of it, taken now or before · 0 it has none: ended, revoked, used up, or not there.

local s = redis.call('HMGET', KEYS[1], 'expires', 'most', 'uses', 'revoked')
if not s[1] or s[4] or tonumber(ARGV[2]) >= tonumber(s[1]) then return 0 end
if redis.call('HEXISTS', KEYS[1], 'by:' .. ARGV[1]) == 1 then return 1 end
if tonumber(s[3]) >= math.min(tonumber(s[2]), tonumber(ARGV[3])) then return 0 end
redis.call('HSET', KEYS[1], 'by:' .. ARGV[1], ARGV[2])
redis.call('HINCRBY', KEYS[1], 'uses', 1)
return 1
