/**
 * The ways of a request to the application, by what may be done when a server fails it. nginx has one rule for each location, so each kind has its own:
 *
 * write  anything that may change something: to a second server only when nothing of it was sent.
 * read   GET and HEAD of programs: to a second server also when the first says 500 or 502. What the second says is passed on.
 * page   the same for people (they accept HTML): what can't be answered is a page that says so.
 *
 * An application's own 503 is never tried again: when the database is away all servers say so, and counting that against each of them
 * would turn clear answers into blank ones. A read that finds no server that nginx would use (all failed lately) asks them all the same.
 */
import { POOLS } from '../upstreams.ts'
import { answerUri, type Answer } from './answers.ts'
import { indent } from './block.ts'

export const KIND_MAP = `map "$request_method $http_accept" $regrow_kind {
    default                      write;
    "~^(GET|HEAD) .*text/html"   page;
    "~^(GET|HEAD) "              read;
}
# Of a request that no server answered: had any byte of it been sent?
map $upstream_bytes_sent $regrow_unsent {
    default        0;
    "~^[-0, :]*$"  1;
}
`

/** Statuses that lead to another location; no client ever sees them. */
const TO_READ = 418
const TO_PAGE = 419

const location = (name: string, ...parts: readonly string[]): string => `location ${name} {\n${indent(parts.join(''), 1)}}\n`
const proxy = (pool: keyof typeof POOLS, nextOn: string): string => `proxy_pass http://${POOLS[pool]};\nproxy_next_upstream ${nextOn};\n`
const say = (statuses: string, answer: Answer): string => `error_page ${statuses} ${answerUri(answer)};\n`
const to = (status: number, name: string): string => `error_page ${status} = ${name};\n`
const READ_AGAIN = 'error timeout http_500 http_502'
const INTERCEPT = 'proxy_intercept_errors on;\n'
/** Turned away by the limits. */
const BUSY = say('429', 'busy')

const unanswered = (status: number): string => location(`@unanswered_${status}`, say(String(status), 'unknown'), say('503', 'away'), `if ($regrow_unsent) {\n    return 503;\n}\nreturn ${status};\n`)

export const ROUTES = [
  location(
    '/', BUSY, to(TO_READ, '@read'), to(TO_PAGE, '@page'), to(502, '@unanswered_502'), to(504, '@unanswered_504'),
    `if ($regrow_kind = read) {\n    return ${TO_READ};\n}\nif ($regrow_kind = page) {\n    return ${TO_PAGE};\n}\n`,
    proxy('writes', 'error timeout'),
  ),
  unanswered(502),
  unanswered(504),
  location('@read', BUSY, to(502, '@last_read'), say('504 =503', 'away'), proxy('reads', READ_AGAIN)),
  location('@last_read', say('502 504 =503', 'away'), proxy('last', READ_AGAIN)),
  location('@page', INTERCEPT, BUSY, to(502, '@last_page'), say('503 504 =503', 'away'), proxy('reads', READ_AGAIN)),
  location('@last_page', INTERCEPT, say('502 503 504 =503', 'away'), proxy('last', READ_AGAIN)),
].join('\n')
