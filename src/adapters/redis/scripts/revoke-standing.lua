#!lua flags=allow-oom
-- One act: a standing approval ends before its time. The first revocation stands, also in a full Redis.
--
-- KEYS standing
-- ARGV who and when, as JSON
-- Answers: 1 it is revoked, now or before · 0 there is none.

if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSETNX', KEYS[1], 'revoked', ARGV[1])
return 1
