/** The server that users talk to. */
import { PORTS } from '../../plan/types.ts'
import type { RenderInput } from '../input.ts'
import { indent } from './block.ts'
import { PROXY } from './proxy.ts'

export const renderSite = ({ plan, machine }: Pick<RenderInput, 'plan' | 'machine'>): string => `server {
    listen ${PORTS.http} default_server;
    listen ${PORTS.https} ssl default_server;
    http2 on;
    server_name ${plan.entry.domain};

    add_header X-Regrow-Entry ${machine.name} always;

    location / {
${indent(PROXY, 2)}    }
}
`
