-- What the translation to REST cannot do: a servicer chooses the HTTP status of its answer by the metadata
-- x-segue-http-status, the answer to HEAD has no body, and a body may not name a guild beside the path: the translation
-- refuses `guild_id` there, but drops `guildId` without a word.
local function names_a_guild(handle)
  local headers = handle:headers()
  if not headers:get(":path"):find("^/v1/guilds/") then return false end
  if (headers:get("content-type") or ""):find("^application/grpc") then return false end
  local body = handle:body()
  -- Quotes inside a JSON string are escaped, so this finds keys only.
  return body ~= nil and body:getBytes(0, body:length()):find('"guildId"%s*:') ~= nil
end

function envoy_on_request(handle)
  if handle:headers():get(":method") == "HEAD" then
    handle:streamInfo():dynamicMetadata():set("segue", "head", "yes")
  elseif names_a_guild(handle) then
    handle:respond({[":status"] = "400"})
  end
end

-- What another proxy refused comes without a reason: it gets the words that this proxy has for the status.
local function explain(handle)
  local headers = handle:headers()
  local status, code = headers:get(":status"), headers:get("grpc-status")
  if BODIES[status] and headers:get("content-type") == "application/json" then
    local body = handle:body()
    if body and body:getBytes(0, body:length()):find('"details":%[%]') then body:setBytes(BODIES[status]) end
  elseif TRAILERS[code] and not headers:get("grpc-status-details-bin") then
    for name, value in pairs(TRAILERS[code]) do headers:replace(name, value) end
  end
end

function envoy_on_response(handle)
  explain(handle)
  local headers = handle:headers() -- taken anew: what was there before a body was waited for may be touched no more
  local status = headers:get("x-segue-http-status")
  if status and headers:get("content-type") == "application/json" then
    headers:replace(":status", status)
    headers:remove("x-segue-http-status")
  end
  local facts = handle:streamInfo():dynamicMetadata():get("segue") or {}
  if facts["head"] then handle:body(true):setBytes("") end
end
