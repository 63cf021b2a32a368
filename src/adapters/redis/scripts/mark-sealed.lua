#!lua flags=allow-oom
-- One act: writes down how far the audit is sealed, and takes sealed entries out of its stream.
-- KEYS sealing · audit
-- ARGV who · the number of their turn · the last position that is sealed · how many leaves the log has · positions to take away, oldest first …
-- Answers 1, or 0 where the turn is not theirs any more, and then leaves all as it is.
local holder, turn = unpack(redis.call('HMGET', KEYS[1], 'holder', 'turn'))
if holder ~= ARGV[1] or turn ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'position', ARGV[3], 'size', ARGV[4])
if #ARGV > 4 then
  redis.call('XDEL', KEYS[2], unpack(ARGV, 5))
  redis.call('HSET', KEYS[1], 'trimmed', ARGV[#ARGV])
end
return 1
