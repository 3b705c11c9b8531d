import { expect, test } from 'vitest'
import { parseWrk } from './wrk-output.ts'

const PLAIN = `Running 5s test @ http://10.0.0.10/healthz
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     5.01ms    2.31ms  48.10ms   93.69%
    Req/Sec     6.20k   807.11     7.00k    86.54%
  Latency Distribution
     50%  635.00us
     75%    5.10ms
     90%    7.00ms
     99%    1.02s 
  31012 requests in 5.01s, 9.76MB read
Requests/sec:   6190.02
Transfer/sec:      1.95MB
`

test('rate and latencies are read, whatever their units', () => {
  expect(parseWrk(PLAIN)).toEqual({ perSecond: 6190.02, p50Ms: 0.635, p99Ms: 1020, bad: 0 })
})

test('what failed is counted', () => {
  expect(parseWrk(PLAIN.replace('Requests/sec', '  Socket errors: connect 1, read 2, write 0, timeout 4\n  Non-2xx or 3xx responses: 12\nRequests/sec')).bad).toBe(19)
})

test('anything else is no measurement', () => {
  expect(() => parseWrk('unable to connect to 10.0.0.10:http Connection refused')).toThrow('Connection refused')
})
