-- A servicer chooses the HTTP status of a translated answer by the metadata x-segue-http-status.
function envoy_on_response(handle)
  local headers = handle:headers()
  local status = headers:get("x-segue-http-status")
  if status and headers:get("content-type") == "application/json" then
    headers:replace(":status", status)
    headers:remove("x-segue-http-status")
  end
end
