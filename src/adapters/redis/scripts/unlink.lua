#!lua flags=allow-oom
-- One act: a link ends, and the audit says so. A full Redis carries it out as well.
--
-- KEYS accounts · the person's link · audit · version
-- ARGV person · account · fact
-- Answers: 1 ended · 0 there is no such link.

if redis.call('HGET', KEYS[2], 'account') ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[2])
redis.call('DEL', KEYS[2])
redis.call('INCR', KEYS[4])
redis.call('XADD', KEYS[3], '*', 'fact', ARGV[3])
return 1
