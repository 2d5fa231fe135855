"""What workers that share a frontier agree on before they ask a host, as Lua scripts: one at a time, after its delay,
and not while it rests. They go behind the same prelude as those of links (`shared_scripts`).

Of each host, whatever the crawl: `worksummaries:host:HOST` (hash: last, next, until, failures, delay); beside it
`…:flights`, the requests that are out, by when they may be lost; `worksummaries:rests`: hosts, by until when.
"""

# ARGV: flight, delay, at once, lease, the delay that its robots.txt asks for as far as this worker knows, whether
# flights of which nothing was heard for a lease may be lost.
# -> go, busy, wait or rests; ms to wait; failures of the host in a row
TURN = """
local flight, delay, most, lease = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if tonumber(ARGV[5]) > 0 then call('HSET', P, 'delay', ARGV[5]) end
delay = math.max(delay, tonumber(call('HGET', P, 'delay') or 0))
local host = call('HMGET', P, 'last', 'next', 'until', 'failures')
local last, following, rest, failures = unpack(host)
if tonumber(rest or 0) > NOW then return {'rests', rest - NOW, tonumber(failures or 0)} end
if ARGV[6] == '1' then call('ZREMRANGEBYSCORE', P .. ':flights', '-inf', NOW) end
if call('ZCARD', P .. ':flights') >= most and not call('ZSCORE', P .. ':flights', flight) then return {'busy', 0, 0} end
local from = math.max(tonumber(following or 0), tonumber(last or 0) + delay)
if from > NOW and not call('ZSCORE', P .. ':flights', flight) then return {'wait', from - NOW, 0} end
call('HSET', P, 'last', NOW, 'next', NOW + delay)
call('ZADD', P .. ':flights', NOW + lease, flight)
call('PEXPIRE', P .. ':flights', 86400000)
call('PEXPIRE', P, 86400000)
return {'go', 0, tonumber(failures or 0)}
"""

# ARGV: flight, host, delay, whether an answer came, rest that it asks for
LANDED = """
call('ZREM', P .. ':flights', ARGV[1])
local delay, rest = math.max(tonumber(ARGV[3]), tonumber(call('HGET', P, 'delay') or 0)), tonumber(ARGV[5])
if ARGV[4] == '1' then call('HSET', P, 'last', NOW, 'next', NOW + delay) end
if rest > 0 then
  local till = math.max(NOW + rest, tonumber(call('HGET', P, 'until') or 0))  -- another answer may ask for more
  call('HSET', P, 'until', string.format('%.0f', till))
  call('ZADD', 'worksummaries:rests', till, ARGV[2])
  call('PEXPIRE', P, till - NOW + 86400000)
end
"""

# ARGV: round, host, rest (ms; 0: it may be asked; -1: none was asked for), failures, why it rests for this round
# ('': it does not). Who only heard of a rest has counted fewer failures than who met them; and what came before another
# worker met one says nothing of it.
FAILED = """
local host, rest = 'worksummaries:host:' .. ARGV[2], tonumber(ARGV[3])
if rest == 0 and tonumber(call('HGET', host, 'until') or 0) > NOW then return end
local failures, known = tonumber(ARGV[4]), tonumber(call('HGET', host, 'failures') or 0)
call('HSET', host, 'failures', rest == 0 and failures or math.max(failures, known))
local till = tonumber(call('HGET', host, 'until') or 0)
if rest > 0 then
  till = math.max(NOW + rest, till)
  call('HSET', host, 'until', string.format('%.0f', till))
  call('ZADD', 'worksummaries:rests', till, ARGV[2])
elseif rest == 0 then
  call('HDEL', host, 'until')
  call('ZREM', 'worksummaries:rests', ARGV[2])
end
call('PEXPIRE', host, math.max(till - NOW, 0) + 86400000)
if ARGV[5] ~= '' then call('HSET', P .. 'resting', ARGV[2], ARGV[5]) end
"""
