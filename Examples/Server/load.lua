-- wrk --threads 1 --connections 32 --duration 60s --latency --script load.lua http://127.0.0.1:8080/predict
local numbers = {}
for pixel = 1, 64 do numbers[pixel] = tostring(pixel % 17) end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"row": [' .. table.concat(numbers, ", ") .. "]}"

function done(summary, latency)
    local errors = summary.errors
    print(string.format("%d rows, %.0f a second; p99 %.2f ms; %d answers other than 200, %d socket errors",
        summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout))
end
