#!lua flags=allow-oom
-- One act: a key is revoked, and with it the code that a person asked for with it. A full Redis carries it out as well,
-- because somebody may have filled it with this very key.
--
-- KEYS keys · audit · where a person's key: the code that they asked for with it
-- ARGV id · the key as it was read · the key as it is from now on · fact
-- Answers: 1 revoked · 0 it is not as it was read: somebody was faster.

if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('XADD', KEYS[2], '*', 'fact', ARGV[4])
if KEYS[3] then redis.call('DEL', KEYS[3]) end
return 1
