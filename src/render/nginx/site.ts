/** The server that users talk to. */
import { PORTS } from '../../plan/types.ts'
import type { RenderInput } from '../input.ts'
import { ALIVE_LOCATION } from './alive.ts'
import { ANSWER_HEADERS, ANSWER_LOCATION } from './answers.ts'
import { indent } from './block.ts'
import { renderCache } from './cache.ts'
import { renderLimits } from './limits.ts'
import { PROXY } from './proxy.ts'
import { ROUTES } from './routes.ts'

export const renderSite = ({ plan, machine }: Pick<RenderInput, 'plan' | 'machine'>): string => `server {
    listen ${PORTS.http} default_server;
    listen ${PORTS.https} ssl default_server;
    http2 on;
    server_name ${plan.entry.domain};

    add_header X-Regrow-Entry ${machine.name} always;
${indent(ANSWER_HEADERS, 1)}
${indent(renderLimits(plan), 1)}
${indent(PROXY + renderCache(plan), 1)}
    recursive_error_pages on;
${indent(ALIVE_LOCATION + ANSWER_LOCATION, 1)}
${indent(ROUTES, 1)}}
`
