/** Answers that may be old: kept for when the application is away, marked when they are. Never what belongs to one person. */
import type { Plan } from '../../plan/types.ts'
import { runningUnit, textFile, type ManifestPart } from '../part.ts'

export const CACHE_ROOT = '/var/cache/regrow'
const SWEEP = 'regrow-stale-sweep'
const MAX_BYTES = '256m'

type Stale = Plan['entry']['stale'][number]

const seconds = ({ forMs }: Stale): number => Math.ceil(forMs / 1000)
const zoneOf = (stale: Stale): string => `stale_${seconds(stale)}s`
const lifetimes = ({ entry }: Plan): Stale[] => [...new Map(entry.stale.map((stale) => [zoneOf(stale), stale])).values()]

/** One zone for each lifetime, and which path belongs to which: of several patterns the longest. */
export function renderCacheZones(plan: Plan): string {
  if (plan.entry.stale.length === 0) return ''
  const zones = lifetimes(plan).map((stale) => `proxy_cache_path ${CACHE_ROOT}/${zoneOf(stale)} levels=1 use_temp_path=off keys_zone=${zoneOf(stale)}:2m max_size=${MAX_BYTES} inactive=${seconds(stale)}s;\n`)
  const paths = plan.entry.stale.toSorted((a, b) => b.path.length - a.path.length).map((stale) => `    "${pattern(stale.path)}" ${zoneOf(stale)};\n`)
  return `${zones.join('')}map $uri $regrow_stale_zone {
    default off;
${paths.join('')}}
map $upstream_cache_status $regrow_cache {
    default  '';
    STALE    stale;
    UPDATING stale;
}
map $upstream_cache_status $regrow_cached_at {
    default  '';
    STALE    $upstream_http_date;
    UPDATING $upstream_http_date;
}
`
}

const pattern = (path: string): string => (path.endsWith('*') ? `~^${path.slice(0, -1).replaceAll('.', '\\.')}` : path)

/** Of the server. An answer that sets a cookie, or is private or not to be stored by its own word, nginx does not keep; nor answers to anything but GET and HEAD. */
export const renderCache = ({ entry }: Plan): string => (entry.stale.length === 0 ? '' : `
proxy_cache $regrow_stale_zone;
proxy_cache_key $scheme://$host$request_uri;
proxy_cache_valid 200 1s;
proxy_cache_lock on;
proxy_cache_background_update on;
proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;
# Whoever is known by a session or a password is answered by the application alone.
proxy_cache_bypass $http_cookie $http_authorization;
proxy_no_cache $http_cookie $http_authorization;
add_header X-Regrow-Cache $regrow_cache always;
add_header X-Regrow-Cached-At $regrow_cached_at always;
`)

/** nginx would serve an old answer for as long as somebody asks for it: what is older than allowed is removed. */
export function cachePart(plan: Plan): ManifestPart {
  if (plan.entry.stale.length === 0) return {}
  const sweeps = lifetimes(plan).map((stale) => `ExecStart=-/usr/bin/find ${CACHE_ROOT}/${zoneOf(stale)} -type f -not -newermt "-${seconds(stale)} seconds" -delete\n`)
  return {
    files: [
      textFile(`/etc/systemd/system/${SWEEP}.service`, `[Unit]\nDescription=Answers that are too old even for stale ones\n\n[Service]\nType=oneshot\nUser=www-data\n${sweeps.join('')}`),
      textFile(`/etc/systemd/system/${SWEEP}.timer`, '[Timer]\nOnActiveSec=15s\nOnUnitInactiveSec=15s\nAccuracySec=1s\n\n[Install]\nWantedBy=timers.target\n'),
    ],
    units: [runningUnit(`${SWEEP}.timer`)],
  }
}
