import { expect, test } from 'vitest'
import { countEstablished } from './connections.ts'

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999        0 1 1 0 100 0 0 10 0
   1: 29004D0A:1F90 1F004D0A:C350 01 00000000:00000000 00:00000000 00000000   999        0 2 1 0 20 4 30 10 -1
   2: 29004D0A:1F90 20004D0A:C351 01 00000000:00000000 00:00000000 00000000   999        0 3 1 0 20 4 30 10 -1
   3: 29004D0A:1F90 20004D0A:C352 06 00000000:00000000 00:00000000 00000000     0        0 0 3
   4: 29004D0A:D431 1F004D0A:1F90 01 00000000:00000000 00:00000000 00000000     0        0 4 1
   5: 0100007F:1F90 0100007F:C353 01 00000000:00000000 00:00000000 00000000     0        0 5 1
   6: 29004D0A:1F90 29004D0A:C354 01 00000000:00000000 00:00000000 00000000     0        0 6 1
`

test('open connections to the port, but for those over loopback', () => expect(countEstablished(TABLE, 8080)).toBe(3))
test('a port that nobody uses', () => expect(countEstablished(TABLE, 8081)).toBe(0))
