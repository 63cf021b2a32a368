-- One act: a standing approval comes into force, once. What has ended leaves the index, so that it does not grow with every
-- approval that is ever given.
--
-- KEYS standing · those that cover the same · all
-- ARGV document · id · now · expires at · forget at · most uses; times in ms
-- Answers: 1 kept · 0 it was kept before, and stays as it was.

if redis.call('HSETNX', KEYS[1], 'document', ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'expires', ARGV[4], 'most', ARGV[6], 'uses', 0)
redis.call('PEXPIREAT', KEYS[1], ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[2])
if redis.call('PEXPIRETIME', KEYS[2]) < tonumber(ARGV[4]) then redis.call('PEXPIREAT', KEYS[2], ARGV[4]) end
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[2])
return 1
