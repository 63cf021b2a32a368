#!lua flags=allow-oom
-- One act: makes somebody the one that seals the audit, or keeps them so.
-- KEYS sealing
-- ARGV who · how long in ms · the number that the turn must be higher than
-- Answers the number of their turn, or false while somebody else has it. By the clock of Redis.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local holder, turn, ends = unpack(redis.call('HMGET', KEYS[1], 'holder', 'turn', 'until'))
local is_ours = holder == ARGV[1]
if holder and not is_ours and tonumber(ends) > now then return false end
local number = tonumber(turn) or 0
if not is_ours or tonumber(ends) <= now or number < tonumber(ARGV[3]) then number = math.max(number, tonumber(ARGV[3])) + 1 end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'turn', string.format('%d', number), 'until', string.format('%d', now + ARGV[2]))
return number
