"""What a shared frontier keeps in Redis, and the steps that nothing may come between, as Lua scripts.

All keys begin with `worksummaries:`. Of a crawl, after its site:

    round         hash: n, state (open, ended), began, seq; who is asked for by n and began is no other round
    links         hash: address -> what is known of it, as JSON (FIELDS below)
    hosts, q:HOST  the hosts with links that wait, by name; those links, by priority and then in the order they were met
    later         links that wait for a time; due: links that came, by when they are asked for again; wake: those of
                  earlier rounds that are due in this one and do not wait yet
    leases        hash: address -> worker; of:WORKER: the addresses of one
    workers       by the deadline of their leases; worker:WORKER: hash: token, since, crawl, closed; starting: a set
    met, done     hashes of counts by host; attempts: by address; resting: hosts that rest for this round; totals

and of each host, whatever the crawl, what `shared_turns` says.
The clock is Redis's own: workers on several machines need not agree on the time. In milliseconds.
"""

# FIELDS of a link, left out where they are empty: r round in which it was met, s state, k kind, h host, d depth,
# p priority, q order, x what its visit must know, f the page that went on to it; of its visits: n how many, c of them
# with changes, t the last, u when it is due, g what it said, m documents, w its title, b the digest of its first page.
# STATES: n waits, a leased, c asked for in the visit of another link, d done, f failed, r refused.
PRELUDE = """
local P = KEYS[1]
local call = redis.call
local t = call('TIME')
local NOW = t[1] * 1000 + math.floor(t[2] / 1000)

local function link(url)
  local text = call('HGET', P .. 'links', url)
  return text and cjson.decode(text)
end

local function keep(url, l)
  call('HSET', P .. 'links', url, cjson.encode(l))
end

local function push(url, l)
  l.s = 'n'
  if not l.q then l.q = call('HINCRBY', P .. 'round', 'seq', 1) end
  call('ZADD', P .. 'q:' .. l.h, string.format('%.0f', -(l.p or 0) * 2^40 + l.q), url)
  call('ZADD', P .. 'hosts', 0, l.h)
  keep(url, l)
end

local function pull(url, l)
  call('ZREM', P .. 'later', url)
  call('ZREM', P .. 'q:' .. l.h, url)
  if call('ZCARD', P .. 'q:' .. l.h) == 0 then call('ZREM', P .. 'hosts', l.h) end
end

-- A link is met in round n: if it rested until now, it does so no more.
local function stir(url, l, n)
  if l.r ~= n and call('ZSCORE', P .. 'due', url) then call('HINCRBY', P .. 'totals', 'rested', -1) end
end

local function unlease(url, worker)
  if call('HGET', P .. 'leases', url) ~= worker then return false end
  call('HDEL', P .. 'leases', url)
  call('SREM', P .. 'of:' .. worker, url)
  return true
end

local function release(worker)
  local urls = call('SMEMBERS', P .. 'of:' .. worker)
  local count = 0
  for _, url in ipairs(urls) do
    if unlease(url, worker) then
      local l = link(url)
      if l then push(url, l); count = count + 1 end
    end
  end
  call('ZREM', P .. 'workers', worker)
  call('SREM', P .. 'starting', worker)
  call('DEL', P .. 'of:' .. worker, P .. 'worker:' .. worker)
  return count
end

local function reap()
  local told = {}
  for _, worker in ipairs(call('ZRANGEBYSCORE', P .. 'workers', '-inf', NOW)) do
    told[#told + 1] = worker
    told[#told + 1] = release(worker)
  end
  return told
end

-- A frontier that was cleared, or lost, begins with round 1 again: its number alone does not tell.
local ROUND, BEGAN = string.match(ARGV[1] or '', '^(%d+)@(%d+)$')

local function is_current()
  local round = call('HMGET', P .. 'round', 'n', 'began')
  return round[1] == ROUND and round[2] == BEGAN
end

local function check()
  if not is_current() then return redis.error_reply('GONE') end
end
"""

# ARGV: worker, token, lease, resume (1), wake (due, all, never), what it goes by (release and profile). -> round, as
# number@when-it-began, which is ARGV[1] of all that follows; whether it goes on; the crawl of its own archive that
# began it; how many links wait; how many of its own came back; what was taken back (worker, count, …); what the worker
# went by that began the round
JOIN = """
local worker, token, lease, resume, wake = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1', ARGV[5]
local own = release(worker)
local told = reap()
local n = tonumber(call('HGET', P .. 'round', 'n') or 0)
local others = call('ZCARD', P .. 'workers')
local wait = call('ZCARD', P .. 'later') + call('HLEN', P .. 'leases')
for _, host in ipairs(call('ZRANGE', P .. 'hosts', 0, -1)) do wait = wait + call('ZCARD', P .. 'q:' .. host) end
-- One of which nothing is left is over, though whoever was to say so was killed.
local goes_on = call('HGET', P .. 'round', 'state') == 'open' and (others > 0 or resume and wait > 0)
if not goes_on then
  n = n + 1
  local till = wake == 'all' and 9e15 or wake == 'due' and NOW or -1
  call('HSET', P .. 'round', 'n', n, 'state', 'open', 'began', string.format('%.0f', NOW), 'by', ARGV[6])
  call('ZRANGESTORE', P .. 'wake', P .. 'due', '-inf', string.format('%.0f', till), 'BYSCORE')
  call('DEL', P .. 'met', P .. 'done', P .. 'attempts', P .. 'resting', P .. 'totals', P .. 'crawls')
  call('HSET', P .. 'totals', 'rested', call('ZCARD', P .. 'due'))
end
call('ZADD', P .. 'workers', NOW + lease, worker)
call('HSET', P .. 'worker:' .. worker, 'token', token, 'since', NOW)
call('SADD', P .. 'starting', worker)
return {n .. '@' .. call('HGET', P .. 'round', 'began'), goes_on and 1 or 0,
  call('HGET', P .. 'crawls', worker) or '', wait, own, told,
  call('HGET', P .. 'round', 'by') or ''}
"""

# ARGV: round, worker, crawl. The worker's archive has its row for the round.
NAME = "call('HSET', P .. 'crawls', ARGV[2], ARGV[3])"

# ARGV: round, most. Some links of earlier rounds that are due wait again. -> how many; 0: all do
WAKE = """
local gone = check(); if gone then return gone end
local urls, n = call('ZPOPMIN', P .. 'wake', ARGV[2]), tonumber(ROUND)
for i = 1, #urls, 2 do
  local url = urls[i]
  local l = link(url)
  if l and l.r ~= n and l.s ~= 'n' and l.s ~= 'a' then  -- else the round has met it meanwhile
    stir(url, l, n)
    call('ZREM', P .. 'due', url)
    l.r = n
    if l.k == 'feed' and (l.n or 0) > 0 then l.p = 40 end
    push(url, l)
    call('HINCRBY', P .. 'met', l.h, 1)
  end
end
return #urls / 2
"""

# ARGV: round, worker. Its start addresses are known.
READY = "call('SREM', P .. 'starting', ARGV[2])"

# ARGV: round, wake, now as dates are written, addresses. -> those that are known (1) or not (0)
UNKNOWN = """
local gone = check(); if gone then return gone end
local n, wake, found = tonumber(ROUND), ARGV[2], {}
for i, text in ipairs(call('HMGET', P .. 'links', unpack(ARGV, 4))) do
  local l = text and cjson.decode(text)
  local known = l and (l.s == 'n' or l.s == 'a' or l.r == n)
  if l and not known and l.s == 'd' then
    known = wake == 'never' or (wake == 'due' and (l.u or '') > ARGV[3])
  end
  found[i] = known and 1 or 0
end
return found
"""

# ARGV: round, worker, most pages of a host, links as JSON: [address, host, kind, state, depth, priority, visit, from,
# whether its visit came to this] -> for each: 1 it is written, 0 it was known, -1 its host has too many
NOTE = """
local gone = check(); if gone then return gone end
local n, worker, most, found = tonumber(ROUND), ARGV[2], tonumber(ARGV[3]), {}
for i, row in ipairs(cjson.decode(ARGV[4])) do
  local url, host, kind, state, depth = row[1], row[2], row[3], row[4], row[5]
  local l = link(url) or {h = host}
  local met = l.r == n
  local said = 1
  if l.s == 'd' and met then
    said = 0
  elseif state == 'new' then
    if l.s == 'n' or l.s == 'a' or met then
      said = 0
    elseif kind ~= 'start' and tonumber(call('HGET', P .. 'met', host) or 0) >= most then
      said = -1
      stir(url, l, n)
      l.r, l.s, l.k = n, 'r', kind
      keep(url, l)
    else
      stir(url, l, n)
      l.r, l.k, l.p, l.x, l.q = n, kind, row[6], row[7], nil
      l.d = l.d and math.min(l.d, depth) or depth
      push(url, l)
      call('ZREM', P .. 'due', url)
      call('HINCRBY', P .. 'met', host, 1)
      call('HDEL', P .. 'attempts', url)
    end
  else
    local stands = state == 'refused' and row[9] == 0 and (l.s == 'n' or l.s == 'a')
    if stands or l.s == 'a' and (state == 'asked' or not unlease(url, worker)) then
      said = 0
    else
      if l.s == 'n' then pull(url, l) end
      if not met and state ~= 'refused' then call('HINCRBY', P .. 'met', host, 1) end
      if state == 'failed' and not (met and l.s == 'f') then call('HINCRBY', P .. 'totals', 'failed', 1) end
      stir(url, l, n)
      l.r, l.k, l.s = n, kind, ({asked = 'c', failed = 'f', refused = 'r'})[state]
      l.d = l.d and math.min(l.d, depth) or depth
      if row[8] ~= '' and (state == 'asked' or not l.f) then l.f = row[8] end
      keep(url, l)
      if state == 'failed' and kind ~= 'next' and kind ~= 'redirect' then
        call('ZADD', P .. 'due', call('HGET', P .. 'round', 'began') + 1, url)
      end
    end
  end
  found[i] = said
end
return found
"""

# ARGV: round, worker, most, links of a host, asked and closed as JSON, the host after which to begin, may reap.
# -> links (address, JSON, attempts, …), what was taken back (worker, count, …)
TAKE = """
local gone = check(); if gone then return gone end
local n, worker, most, each = tonumber(ROUND), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local asked, closed, after = cjson.decode(ARGV[5]), cjson.decode(ARGV[6]), ARGV[7]
local told = ARGV[8] == '1' and reap() or {}
-- Who was taken for lost takes nothing before it has said that it is there: nobody would take it back.
if not call('ZSCORE', P .. 'workers', worker) then return {{}, told} end
for _, url in ipairs(call('ZRANGEBYSCORE', P .. 'later', '-inf', NOW, 'LIMIT', 0, 1000)) do
  call('ZREM', P .. 'later', url)
  local l = link(url)
  if l then push(url, l) end
end
local found, count, first, last = {}, 0, '(' .. after, '+'
if after == '' then first = '-' end
local turned = after == ''
while count < most do
  local hosts = call('ZRANGEBYLEX', P .. 'hosts', first, last, 'LIMIT', 0, 100)
  for _, host in ipairs(hosts) do
    local free = math.min(each - (asked[host] or 0), most - count)
    local rests = tonumber(call('HGET', 'worksummaries:host:' .. host, 'until') or 0) > NOW
    if free > 0 and not closed[host] and not rests then
      for _, url in ipairs(call('ZRANGE', P .. 'q:' .. host, 0, free - 1)) do
        local l = link(url)
        pull(url, l)
        l.s, l.r = 'a', n
        keep(url, l)
        call('HSET', P .. 'leases', url, worker)
        call('SADD', P .. 'of:' .. worker, url)
        found[#found + 1] = url
        found[#found + 1] = cjson.encode(l)
        found[#found + 1] = tonumber(call('HGET', P .. 'attempts', url) or 0)
        count = count + 1
      end
    end
    first = '(' .. host
  end
  if #hosts < 100 then
    if turned then break end
    turned, first, last = true, '-', '[' .. after
  end
end
return {found, told}
"""

# ARGV: round, worker, address of the lease, links as JSON: [address, host, kind, depth, from, visits, changes,
# visited at, due at, due in ms, signature, title, digest], documents, more pages and rejections.
# -> whether the lease was its own
DONE = """
if not is_current() then return 0 end
local n, worker, first, documents = tonumber(ROUND), ARGV[2], ARGV[3], tonumber(ARGV[5])
local mine = unlease(first, worker)
for _, row in ipairs(cjson.decode(ARGV[4])) do
  local url, kind = row[1], row[3]
  local l = link(url) or {h = row[2], d = row[4]}
  if not (l.s == 'a' and call('HEXISTS', P .. 'leases', url) == 1) then
    if l.s == 'n' then pull(url, l) end
    if l.r ~= n then call('HINCRBY', P .. 'met', l.h, 1) end
    if l.s ~= 'd' or l.r ~= n then call('HINCRBY', P .. 'done', l.h, 1) end
    if l.s == 'f' and l.r == n then call('HINCRBY', P .. 'totals', 'failed', -1) end
    stir(url, l, n)
    l.r, l.s, l.k, l.n, l.c, l.t, l.u, l.g = n, 'd', kind, row[6], row[7], row[8], row[9], row[11]
    if row[5] ~= '' and not l.f then l.f = row[5] end
    if url == first then
      call('HINCRBY', P .. 'round', 'documents', documents - (l.m or 0))
      l.m, l.w, l.b = documents, row[12], row[13]
    end
    keep(url, l)
    call('HDEL', P .. 'attempts', url)
    if kind ~= 'next' and kind ~= 'redirect' then call('ZADD', P .. 'due', row[10], url) end
  end
end
call('HINCRBY', P .. 'totals', 'pages', ARGV[6])
call('HINCRBY', P .. 'totals', 'rejected', ARGV[7])
return mine and 1 or 0
"""

# ARGV: round, worker, address, the one that failed ('' for none), not before (ms from now)
BACK = """
local gone = check(); if gone then return gone end
local worker, url, failed, wait = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
if failed ~= '' then call('HINCRBY', P .. 'attempts', failed, 1) end
if not unlease(url, worker) then return 0 end
local l = link(url)
if wait > 0 then
  l.s = 'n'
  keep(url, l)
  call('ZADD', P .. 'later', NOW + wait, url)
else
  push(url, l)
end
return 1
"""

# ARGV: round, host, addresses: these wait again, where they are done in this round
AGAIN = """
local gone = check(); if gone then return gone end
local n = tonumber(ROUND)
for i = 2, #ARGV do
  local l = link(ARGV[i])
  if l and l.s == 'd' and l.r == n then call('ZREM', P .. 'due', ARGV[i]); push(ARGV[i], l) end
end
"""

# ARGV: round, address -> how often it failed; what is known of it, as JSON
ATTEMPTS = "return tonumber(call('HGET', P .. 'attempts', ARGV[2]) or 0)"
LINK = "return call('HGET', P .. 'links', ARGV[2]) or ''"

# ARGV: round, one in so many that is not believed, address and date of its change, … -> how many came to wait
CHANGED = """
local gone = check(); if gone then return gone end
local n, sampled, woken = tonumber(ROUND), tonumber(ARGV[2]), 0
for i = 3, #ARGV, 2 do
  local url, at = ARGV[i], ARGV[i + 1]
  local l = link(url)
  if l and (l.t or '') ~= '' and l.k ~= 'next' and l.k ~= 'redirect' then
    if l.s == 'n' and l.t > at and ((l.q or 0) + n) % sampled ~= 0 then
      pull(url, l)
      l.s = 'd'
      keep(url, l)
      call('ZADD', P .. 'due', call('HGET', P .. 'round', 'began') + 1, url)
      call('HINCRBY', P .. 'totals', 'rested', 1)
    elseif l.s == 'd' and l.r ~= n and l.t < at then
      stir(url, l, n)
      l.r = n
      call('ZREM', P .. 'due', url)
      push(url, l)
      woken = woken + 1
    end
  end
end
return woken
"""

# ARGV: round -> hosts with links that wait and when the first may be asked for (ms from now, 0 for now), …
WAITING = """
local first = {}
for _, host in ipairs(call('ZRANGE', P .. 'hosts', 0, -1)) do first[host] = 0 end
local later = call('ZRANGE', P .. 'later', 0, 999, 'WITHSCORES')
for i = 1, #later, 2 do
  local host = link(later[i]).h
  if not first[host] then first[host] = math.max(later[i + 1] - NOW, 1) end
end
local found = {}
for host, wait in pairs(first) do
  found[#found + 1] = host
  found[#found + 1] = wait
end
return found
"""

# ARGV: round -> host, count, … of links that wait
LEFT = """
local found, counts = {}, {}
for _, host in ipairs(call('ZRANGE', P .. 'hosts', 0, -1)) do counts[host] = call('ZCARD', P .. 'q:' .. host) end
for _, url in ipairs(call('ZRANGE', P .. 'later', 0, -1)) do
  local host = link(url).h
  counts[host] = (counts[host] or 0) + 1
end
for host, count in pairs(counts) do
  found[#found + 1] = host
  found[#found + 1] = count
end
return found
"""

# ARGV: round, worker, which has nothing in work: a lease of it came with an answer that was lost, and goes back.
# -> whether nothing is leased, and nobody is about to begin
OVER = """
local gone = check(); if gone then return gone end
for _, url in ipairs(call('SMEMBERS', P .. 'of:' .. ARGV[2])) do
  if unlease(url, ARGV[2]) then push(url, link(url)); return 0 end
end
return (call('HLEN', P .. 'leases') == 0 and call('SCARD', P .. 'starting') == 0) and 1 or 0
"""

# ARGV: round, worker, token, lease, closed hosts of its archive as JSON, flight, host of it, …
# -> 1, or 0 where it was taken for lost, or -1 where another process has its name; the others' closed hosts; resting
BEAT = """
local gone = check(); if gone then return gone end
local worker, token, lease = ARGV[2], ARGV[3], tonumber(ARGV[4])
local known = call('HGET', P .. 'worker:' .. worker, 'token')
if known and known ~= token then return {-1, {}, {}, {}} end
call('ZADD', P .. 'workers', NOW + lease, worker)
call('SREM', P .. 'starting', worker)  -- it beats when it is ready, and that may have been forgotten
call('HSET', P .. 'worker:' .. worker, 'token', token, 'closed', ARGV[5])
for i = 6, #ARGV, 2 do
  local flights = 'worksummaries:host:' .. ARGV[i + 1] .. ':flights'
  call('ZADD', flights, 'XX', NOW + lease, ARGV[i])
end
local closed = {}
for _, other in ipairs(call('ZRANGE', P .. 'workers', 0, -1)) do
  if other ~= worker then closed[#closed + 1] = call('HGET', P .. 'worker:' .. other, 'closed') or '[]' end
end
call('ZREMRANGEBYSCORE', 'worksummaries:rests', '-inf', NOW)
local rests = call('ZRANGE', 'worksummaries:rests', 0, -1, 'WITHSCORES')
for i = 2, #rests, 2 do rests[i] = math.max(rests[i] - NOW, 1) end
return {known and 1 or 0, closed, rests, call('HGETALL', P .. 'resting')}
"""

# ARGV: round, worker, token, whether it had nothing left to do, more pages and rejections. -> leases that it gave back
# (none where another process has its name), whether it ended the round; of all workers: documents, pages, rejections,
# addresses that came, in this round or before, and those that failed or were left because their host rests
LEAVE = """
if is_current() then
  call('HINCRBY', P .. 'totals', 'pages', ARGV[5])
  call('HINCRBY', P .. 'totals', 'rejected', ARGV[6])
end
local token = call('HGET', P .. 'worker:' .. ARGV[2], 'token')
local count = (not token or token == ARGV[3]) and release(ARGV[2]) or 0
local ends = ARGV[4] == '1' and is_current() and call('ZCARD', P .. 'workers') == 0 and call('HLEN', P .. 'leases') == 0
if ends then call('HSET', P .. 'round', 'state', 'ended', 'ended', NOW) end
local came = tonumber(call('HGET', P .. 'totals', 'rested') or 0)
local failed = tonumber(call('HGET', P .. 'totals', 'failed') or 0)
for _, count in ipairs(call('HVALS', P .. 'done')) do came = came + tonumber(count) end
for _, host in ipairs(call('HKEYS', P .. 'resting')) do failed = failed + call('ZCARD', P .. 'q:' .. host) end
local totals = {
  tonumber(call('HGET', P .. 'round', 'documents') or 0), call('ZCARD', P .. 'due'),
  tonumber(call('HGET', P .. 'totals', 'rejected') or 0), came, failed,
}
return {count, ends and 1 or 0, totals}
"""

# -> how many links are forgotten, or the workers that are at it. Key by key: this name may begin another site's.
CLEAR = """
local alive = call('ZRANGEBYSCORE', P .. 'workers', NOW, '+inf')
if #alive > 0 then return alive end
local count = call('HLEN', P .. 'links')
for _, host in ipairs(call('ZRANGE', P .. 'hosts', 0, -1)) do call('DEL', P .. 'q:' .. host) end
for _, worker in ipairs(call('ZRANGE', P .. 'workers', 0, -1)) do
  call('DEL', P .. 'of:' .. worker, P .. 'worker:' .. worker)
end
for _, name in ipairs({'round', 'links', 'hosts', 'later', 'due', 'wake', 'leases', 'workers', 'starting', 'met',
                       'done', 'attempts', 'resting', 'totals', 'crawls'}) do
  call('UNLINK', P .. name)
end
return count
"""
