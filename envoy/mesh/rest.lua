-- What the translation to REST cannot do: a servicer chooses the HTTP status of its answer by the metadata
-- x-segue-http-status, and the answer to HEAD has no body.
function envoy_on_request(handle)
  if handle:headers():get(":method") == "HEAD" then
    handle:streamInfo():dynamicMetadata():set("segue", "head", "yes")
  end
end

function envoy_on_response(handle)
  local headers = handle:headers()
  local status = headers:get("x-segue-http-status")
  if status and headers:get("content-type") == "application/json" then
    headers:replace(":status", status)
    headers:remove("x-segue-http-status")
  end
  local facts = handle:streamInfo():dynamicMetadata():get("segue") or {}
  if facts["head"] then handle:body(true):setBytes("") end
end
