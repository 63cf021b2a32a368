-- One act: an account is linked to a person with the code that the person was given, the code is used up, and the audit says so.
--
-- KEYS offer · accounts · the person's link · tries · audit · version · what the person had · who had the account
-- ARGV hash · person · account · account before ('': none) · at · fact · version of the link
-- Answers: 1 linked; also when the two are linked already and the code is used up: the same call, delivered again
--      0 no such code any more · 2 the account is somebody else's · 3 the person has another account than the caller believes.

local owner = redis.call('HGET', KEYS[2], ARGV[3])
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return owner == ARGV[2] and 1 or 0 end
if owner and owner ~= ARGV[2] then return 2 end
local before = redis.call('HGET', KEYS[3], 'account') or ''
if before ~= ARGV[4] then return 3 end
redis.call('DEL', KEYS[1], KEYS[4])
if before ~= '' then redis.call('HDEL', KEYS[2], before) end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[2])
redis.call('HSET', KEYS[3], 'account', ARGV[3], 'at', ARGV[5], 'schema', ARGV[7])
redis.call('SADD', KEYS[7], ARGV[3])
redis.call('SADD', KEYS[8], ARGV[2])
redis.call('INCR', KEYS[6])
redis.call('XADD', KEYS[5], '*', 'fact', ARGV[6])
return 1
