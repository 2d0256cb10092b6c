-- wrk's requests: batches of N events named EVENT, each with an ID of its own. RUN keeps the runs apart.
local n = tonumber(os.getenv("N"))
local run, event = os.getenv("RUN"), os.getenv("EVENT")
local seq = 0

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Origin"] = "https://shop.example"
wrk.headers["User-Agent"] =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"

local EVENT = '{"type":"track","event":"%s","messageId":"%s-%d","timestamp":"%s",'
  .. '"properties":{"lead_source":"contact_form","value":500,"currency":"USD"},'
  .. '"context":{"page":{"url":"https://shop.example/contact","path":"/contact","title":"Contact","referrer":""},'
  .. '"li_fat_id":"abc123-def456-ghi789","traits":{"email":"p%d@example.com"}}}'

function request()
  local events, now = {}, os.date("!%Y-%m-%dT%H:%M:%S.000Z")
  for i = 1, n do
    seq = seq + 1
    events[i] = string.format(EVENT, event, run, seq, now, seq)
  end
  local batch = table.concat(events, ",")
  local body = '{"writeKey":"wk_bench","consent":{"advertising":true},"batch":[' .. batch .. "]}"
  return wrk.format("POST", "/v1/batch", nil, body)
end
