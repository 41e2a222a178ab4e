-- Limits calls without a valid token, of each address: RATE a second, BURST at once. A call without any token is
-- refused before it costs anything; one whose token turns out to be wrong is counted when it is answered. Where nobody
-- could say whether a token is valid the answer stays 503: its owner may come again. The buckets belong to a worker
-- thread of the proxy.
local young, old, turned = {}, {}, 0

-- Takes one call from the address's bucket; false: it is empty. A bucket unused for BURST / RATE seconds is full again
-- and forgotten, so what is kept is bounded by the traffic of twice that time.
local function take(handle)
  local now = handle:timestamp() / 1000
  if now - turned > BURST / RATE then
    if now - turned > 2 * BURST / RATE then young = {} end
    young, old, turned = {}, young, now
  end
  local address = handle:streamInfo():downstreamRemoteAddress():gsub(":%d+$", "")
  local bucket = young[address] or old[address] or {left = BURST, at = now}
  young[address] = bucket
  bucket.left = math.min(BURST, bucket.left + (now - bucket.at) * RATE)
  bucket.at = now
  if bucket.left < 1 then return false end
  bucket.left = bucket.left - 1
  return true
end

local function is_grpc(headers)
  return (headers:get("content-type") or ""):find("^application/grpc") ~= nil
end

function envoy_on_request(handle)
  local headers = handle:headers()
  if headers:get("authorization") then return end
  handle:streamInfo():dynamicMetadata():set("segue", "counted", "yes")
  if take(handle) then return end
  if is_grpc(headers) then
    local answer = {[":status"] = "200", ["retry-after"] = "1"}
    for name, value in pairs(LIMITED_TRAILERS) do answer[name] = value end
    handle:respond(answer)
  else
    handle:respond({[":status"] = "429", ["retry-after"] = "1"})
  end
end

local function is_unavailable(headers)
  return headers:get(":status") == "503" or headers:get("grpc-status") == "14"
end

function envoy_on_response(handle)
  local facts, headers = handle:streamInfo():dynamicMetadata():get("segue") or {}, handle:headers()
  if facts["authenticated"] or facts["counted"] or is_unavailable(headers) or take(handle) then return end
  headers:replace("retry-after", "1")
  if is_grpc(headers) then
    if headers:get("grpc-status") then
      for name, value in pairs(LIMITED_TRAILERS) do headers:replace(name, value) end
    end
  else
    headers:replace(":status", "429")
    headers:replace("content-type", "application/json")
    handle:body(true):setBytes(LIMITED_BODY)
  end
end
