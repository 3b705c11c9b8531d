/** What one address, and all together, may ask of an entry machine at once, so that it stays alive for everybody else. */
import type { Plan } from '../../plan/types.ts'

const BYTES_PER_KB = 1024

/** Counts are of requests under way, not of connections: idle ones cost nothing, and HTTP/2 sends many on one. */
export const renderLimitZones = ({ entry: { limits } }: Plan): string => `map $request_method $regrow_write {
    default '';
    ~^(?!GET$|HEAD$|OPTIONS$) all;
}
limit_conn_zone $binary_remote_addr zone=address:10m;
limit_conn_zone $regrow_write zone=writes:64k;
limit_req_zone $binary_remote_addr zone=rate:10m rate=${limits.rate}r/s;

# Of what is turned away each hundredth is logged: a storm must not become one of the journal.
split_clients $request_id $regrow_sample {
    1% 1;
    *  0;
}
map $status:$regrow_sample $regrow_logged {
    429:0   0;
    default 1;
}
`

/** Of the server. A client that sends its request drop by drop holds a slot for seconds, not for minutes. */
export const renderLimits = ({ entry: { limits } }: Plan): string => `limit_conn address ${limits.connections};
limit_conn writes ${limits.writes};
limit_conn_status 429;
limit_conn_log_level info;
limit_req zone=rate burst=${limits.burst} nodelay;
limit_req_status 429;
limit_req_log_level info;
client_max_body_size ${Math.ceil(limits.bodyBytes / BYTES_PER_KB)}k;
client_header_timeout 15s;
client_body_timeout 15s;
send_timeout 30s;
reset_timedout_connection on;
`
