import { expect, test } from 'vitest'
import { countConnections } from './connections.ts'

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 1F004D0A:C350 29004D0A:1F90 01 00000000:00000000 00:00000000 00000000    33        0 2 1 0 20 4 30 10 -1
   2: 1F004D0A:C351 29004D0A:1F90 01 00000000:00000000 00:00000000 00000000     0        0 3 1 0 20 4 30 10 -1
   3: 1F004D0A:C352 29004D0A:1F90 06 00000000:00000000 00:00000000 00000000    33        0 0 3
   4: 1F004D0A:C353 2A004D0A:1F90 01 00000000:00000000 00:00000000 00000000    33        0 4 1
   5: 1F004D0A:C354 29004D0A:1F91 01 00000000:00000000 00:00000000 00000000    33        0 5 1
`

test('open connections to the server, but for the agent\'s own', () => expect(countConnections(TABLE, '10.77.0.41', 8080)).toBe(1))
test('a server that nobody asks', () => expect(countConnections(TABLE, '10.77.0.43', 8080)).toBe(0))
