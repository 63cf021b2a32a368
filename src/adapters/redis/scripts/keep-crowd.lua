-- One act: stores, replaces or ends the message of a crowd, if it still stands as it was read.
--
-- KEYS crowds
-- ARGV service and channel · as it was read ('': there was none) · as it is to stand ('': not at all)
-- Answers: 1 it stands so now · 0 somebody was faster.

if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
