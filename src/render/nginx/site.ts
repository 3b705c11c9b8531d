/** The server that users talk to. */
import { namesOf } from '../../plan/entry-names.ts'
import { PORTS } from '../../plan/types.ts'
import type { RenderInput } from '../input.ts'
import { ALIVE_LOCATION } from './alive.ts'
import { ANSWER_HEADERS, ANSWER_LOCATION } from './answers.ts'
import { indent } from './block.ts'
import { renderCache } from './cache.ts'
import { renderChallenge } from './challenge.ts'
import { renderLimits } from './limits.ts'
import { PROXY } from './proxy.ts'
import { ROUTES } from './routes.ts'
import { TO_HTTPS } from './tls.ts'

export const renderSite = ({ plan, machine, secrets }: Pick<RenderInput, 'plan' | 'machine' | 'secrets'>): string => `server {
    listen ${PORTS.http} default_server;
    listen ${PORTS.https} ssl default_server;
    http2 on;
    server_name ${namesOf(plan).join(' ')};

    add_header X-Regrow-Entry ${machine.name} always;
${indent(ANSWER_HEADERS, 1)}
${indent(renderLimits(plan), 1)}
${indent(PROXY + renderCache(plan), 1)}
    recursive_error_pages on;

${indent(TO_HTTPS + renderChallenge({ secrets }), 1)}
${indent(ALIVE_LOCATION + ANSWER_LOCATION, 1)}
${indent(ROUTES, 1)}}
`
