import { toScript } from './redis-script.ts';

/**
 * The log in Redis: a hash with its state and a sorted set of tags by sequence number, changed by these
 * scripts alone. Both begin by asking whether the log is still the one that was acknowledged. It is not
 * when a key is gone (flushed, evicted, deleted), or when the server has another history than the one
 * that the log was written to: `master_replid` changes when a server restarts and when a replica takes
 * over, which may have missed something. A log of another epoch takes its place then.
 */
const openLog = `
local info = redis.call('INFO', 'replication')
if not string.find(info, 'role:master', 1, true) then
  return redis.error_reply('READONLY a replica may be behind')
end
local server = string.match(info, 'master_replid:(%w+)') or ''
local state = redis.call('HMGET', KEYS[1], 'epoch', 'server', 'sequence', 'floor', 'size')
local epoch, sequence, floor = state[1], tonumber(state[3]), tonumber(state[4])
local function startAnew()
  epoch, sequence, floor = ARGV[1], 0, 0
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'server', server, 'sequence', 0, 'floor', 0, 'size', 0)
end
if not epoch or state[2] ~= server or tonumber(state[5]) ~= redis.call('ZCARD', KEYS[2]) then
  startAnew()
end
`;

/**
 * Arguments: a new epoch if one is needed; epoch and sequence that the caller knows; tags in one answer.
 * Answers 0 when there is nothing new, else epoch, the sequence that the answer reaches, the log's own,
 * the floor, and tags with their sequences in order.
 */
export const readLogScript = toScript(`${openLog}
local known = tonumber(ARGV[3])
if epoch ~= ARGV[2] then known = 0 elseif known > sequence then startAnew() known = 0
elseif known == sequence then return 0 end
local tags = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. known, '+inf', 'WITHSCORES',
  'LIMIT', 0, ARGV[4])
local reached = sequence
if #tags == 2 * tonumber(ARGV[4]) then reached = tonumber(tags[#tags]) end
return {epoch, reached, sequence, floor, tags}
`);

/**
 * Arguments: a new epoch if one is needed; tags that the log keeps at most; the tags. Each tag gets a
 * sequence number of its own, so that reading may stop between any two.
 */
export const appendScript = toScript(`${openLog}
local count = #ARGV - 2
local last = redis.call('HINCRBY', KEYS[1], 'sequence', count)
for index = 1, count do
  redis.call('ZADD', KEYS[2], last - count + index, ARGV[index + 2])
end
local size = redis.call('ZCARD', KEYS[2])
local excess = size - tonumber(ARGV[2])
if excess > 0 then
  local forgotten = redis.call('ZRANGE', KEYS[2], excess - 1, excess - 1, 'WITHSCORES')
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, excess - 1)
  redis.call('HSET', KEYS[1], 'floor', forgotten[2])
  size = size - excess
end
redis.call('HSET', KEYS[1], 'size', size)
return 0
`);
