/** What nginx itself says when the application doesn't: to people a page, to programs JSON or a line of text. */
import type { Plan } from '../../plan/types.ts'
import { textFile } from '../part.ts'
import type { ManifestFile } from '../manifest.ts'

const DIRECTORY = '/etc/regrow/nginx/answers'
const PREFIX = '/.regrow/'

/**
 * `away`: nobody answers, and nothing was done. `unknown`: a write was sent, and nobody said what became of it. `busy`: more
 * than the limits allow.
 */
export type Answer = 'away' | 'unknown' | 'busy'

interface Words {
  readonly title: string
  readonly text: string
  readonly json: Readonly<Record<string, string>>
}

const WORDS: Readonly<Record<Answer, Words>> = {
  away: {
    title: 'Back in a moment',
    text: 'This service is being looked after and will be back in a moment. Nothing of yours was lost. This page tries again by itself.',
    json: { error: 'the application is away', outcome: 'not-done', next: 'nothing was changed: try again in a few seconds' },
  },
  unknown: {
    title: 'We are not sure',
    text: 'What you sent was on its way when we lost the answer. Please look whether it was done before you send it again.',
    json: { error: 'the application gave no answer', outcome: 'unknown', next: 'look whether it was done before you send it again' },
  },
  busy: {
    title: 'One moment, please',
    text: 'More requests came from your address than we can take at once. Please try again in a second.',
    json: { error: 'too many requests', outcome: 'not-done', next: 'nothing was changed: send fewer at once, and try again after Retry-After' },
  },
}

/** Where `error_page` leads for this answer, in the form that the client asked for. */
export const answerUri = (answer: Answer): string => `${PREFIX}${answer}.$regrow_form`

export const ANSWER_MAPS = `# What a client wants to read.
map $http_accept $regrow_form {
    default      txt;
    ~*text/html  html;
    ~*json       json;
}
# What happened to a write whose outcome is unknown must be looked up: only these may be tried again.
map $uri $regrow_retry_after {
    default             '';
    ~^/\\.regrow/away\\.  5;
    ~^/\\.regrow/busy\\.  1;
}
map $uri $regrow_answer_cache {
    default       '';
    ~^/\\.regrow/  no-store;
}
`

/** Empty ones are not sent. At the server's level: a location with an `add_header` of its own would lose all others. */
export const ANSWER_HEADERS = `add_header Retry-After $regrow_retry_after always;
add_header Cache-Control $regrow_answer_cache always;
`

export const ANSWER_LOCATION = `location ^~ ${PREFIX} {
    internal;
    alias ${DIRECTORY}/;
    types {
        text/html html;
        application/json json;
        text/plain txt;
    }
    charset utf-8;
    charset_types text/plain;
    etag off;
    if_modified_since off;
    max_ranges 0;
}
`

/** `entry.maintenance` takes the place of the built-in page. */
export function answerFiles({ entry }: Plan): ManifestFile[] {
  return Object.entries(WORDS).flatMap(([answer, words]) => [
    textFile(`${DIRECTORY}/${answer}.html`, answer === 'away' ? (entry.maintenance ?? page(words, true)) : page(words, false)),
    textFile(`${DIRECTORY}/${answer}.json`, JSON.stringify(words.json)),
    textFile(`${DIRECTORY}/${answer}.txt`, `${words.json.error ?? ''}: ${words.json.next ?? ''}`),
  ])
}

const REFRESH = '<meta http-equiv="refresh" content="5">\n'

const page = ({ title, text }: Words, refreshes: boolean): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${refreshes ? REFRESH : ''}<title>${title}</title>
<style>
  :root { color-scheme: light dark }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1.1rem/1.6 system-ui, sans-serif }
  main { max-width: 30rem; padding: 2rem }
  h1 { font-size: 1.6rem; margin: 0 0 .5rem }
</style>
<main>
  <h1>${title}</h1>
  <p>${text}</p>
</main>
</html>
`
