/** Asks a container registry which image a name means, by the distribution protocol (opencontainers/distribution-spec). */
import { createHash } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { Agent, request, type Dispatcher } from 'undici'
import type { ImageReference } from '../spec/image-reference.ts'
import { OperationError } from './errors.ts'
import type { RegistryAccess } from './registry-access.ts'

export interface FoundImage {
  /** sha256 of the manifest, or of the list of manifests, hex. */
  readonly digest: string
  /** sha256 of the configuration, hex: what podman calls the image's id; one for each of the processors that servers have. */
  readonly ids: readonly string[]
}

interface Manifest {
  readonly config?: { readonly digest: string }
  readonly manifests?: readonly { readonly digest: string; readonly platform?: { readonly os: string; readonly architecture: string } }[]
}

const TIMEOUT_MS = 8000
const PROCESSORS: readonly string[] = ['amd64', 'arm64']
const ACCEPT = ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json', 'application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'].join(', ')
/** Docker Hub's API is not where its name says. */
const HOSTS: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' }

/** Throws `OperationError` REGISTRY_AWAY, REGISTRY_REFUSED (who we are is not known, or may not) or NO_IMAGE. */
export async function findImage(image: ImageReference, access: RegistryAccess): Promise<FoundImage> {
  const dispatcher = new Agent({ connect: { ...(access.ca === null ? {} : { ca: [access.ca, ...rootCertificates] }), ...(access.insecure ? { rejectUnauthorized: false } : {}), timeout: TIMEOUT_MS } })
  try {
    const session: Session = { image, access, dispatcher, authorization: undefined, scheme: 'https' }
    const top = await fetchManifest(session, image.digest === null ? (image.tag ?? 'latest') : `sha256:${image.digest}`)
    const instances = (top.manifest.manifests ?? []).filter(({ platform }) => platform?.os === 'linux' && PROCESSORS.includes(platform.architecture))
    const manifests = top.manifest.config === undefined ? await inTurn(instances, async ({ digest }) => (await fetchManifest(session, digest)).manifest) : [top.manifest]
    return { digest: top.digest, ids: manifests.flatMap(({ config }) => (config === undefined ? [] : [config.digest.replace('sha256:', '')])) }
  } finally {
    await dispatcher.destroy()
  }
}

interface Session {
  readonly image: ImageReference
  readonly access: RegistryAccess
  readonly dispatcher: Dispatcher
  authorization: string | undefined
  scheme: 'https' | 'http'
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await work(item))
  return results
}

async function fetchManifest(session: Session, reference: string): Promise<{ readonly digest: string; readonly manifest: Manifest }> {
  const { image } = session
  const path = `/v2/${image.repository}/manifests/${reference}`
  const first = await ask(session, path)
  const answer = first.status === 401 && (await authorize(session, first.challenge)) ? await ask(session, path) : first
  if (answer.status === 401 || answer.status === 403) throw new OperationError('REGISTRY_REFUSED', `the registry ${image.registry} refuses ${image.repository}: ${session.access.credentials === null ? 'it wants to know who asks' : 'user or password is wrong, or may not pull it'}`)
  if (answer.status === 404) throw new OperationError('NO_IMAGE', `the registry ${image.registry} has no image ${image.repository}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`)
  if (answer.status !== 200) throw new OperationError('REGISTRY_AWAY', `the registry ${image.registry} answered ${answer.status}`)
  const digest = createHash('sha256').update(answer.body).digest('hex')
  if (reference.startsWith('sha256:') && reference !== `sha256:${digest}`) throw new OperationError('REGISTRY_AWAY', `the registry ${image.registry} answered with another image than ${reference}`)
  return { digest, manifest: JSON.parse(answer.body.toString()) as Manifest }
}

interface Answer {
  readonly status: number
  readonly body: Buffer
  /** WWW-Authenticate */
  readonly challenge: string
}

async function ask(session: Session, path: string): Promise<Answer> {
  const { image: { registry }, access } = session
  const url = `${session.scheme}://${HOSTS[registry] ?? registry}${path}`
  try {
    return await get(session.dispatcher, url, { accept: ACCEPT, ...(session.authorization === undefined ? {} : { authorization: session.authorization }) })
  } catch (cause) {
    if (access.insecure && session.scheme === 'https' && isPlainHttp(cause)) {
      session.scheme = 'http'
      return ask(session, path)
    }
    throw new OperationError('REGISTRY_AWAY', `the registry ${registry} gives no answer: ${isPlainHttp(cause) ? 'it speaks plain HTTP (app.registry.insecure)' : (cause as Error).message}`, { cause })
  }
}

const isPlainHttp = (error: unknown): boolean => /WRONG_VERSION_NUMBER|EPROTO/.test(`${(error as NodeJS.ErrnoException).code} ${(error as Error).message}`)

async function get(dispatcher: Dispatcher, url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const answer = await request(url, { dispatcher, headers, signal: AbortSignal.timeout(TIMEOUT_MS) })
  const challenge = answer.headers['www-authenticate'] ?? ''
  return { status: answer.statusCode, body: Buffer.from(await answer.body.arrayBuffer()), challenge: Array.isArray(challenge) ? challenge.join(', ') : challenge }
}

/** False: there is nothing to show. */
async function authorize(session: Session, challenge: string): Promise<boolean> {
  const { credentials } = session.access
  const basic = credentials === null ? undefined : `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`
  if (/^basic\b/i.test(challenge)) {
    session.authorization = basic
    return basic !== undefined
  }
  const realm = tokenAddress(challenge, session.image.repository)
  if (realm === undefined) return false
  const answer = await get(session.dispatcher, realm, basic === undefined ? {} : { authorization: basic }).catch((cause: unknown) => {
    throw new OperationError('REGISTRY_AWAY', `${new URL(realm).host}, which gives tokens for the registry ${session.image.registry}, gives no answer: ${(cause as Error).message}`, { cause })
  })
  if (answer.status !== 200) return false
  const { token, access_token: other } = JSON.parse(answer.body.toString()) as { token?: string; access_token?: string }
  session.authorization = `Bearer ${token ?? other ?? ''}`
  return true
}

/** Where a `Bearer realm="…",service="…",scope="…"` challenge sends us; undefined: it is none. See distribution's token authentication. */
export function tokenAddress(challenge: string, repository: string): string | undefined {
  if (!/^bearer\b/i.test(challenge)) return undefined
  const field = (name: string): string | undefined => new RegExp(`${name}="([^"]*)"`, 'i').exec(challenge)?.[1]
  const realm = field('realm')
  if (realm === undefined || !URL.canParse(realm)) return undefined
  const url = new URL(realm)
  const service = field('service')
  if (service !== undefined) url.searchParams.set('service', service)
  url.searchParams.set('scope', field('scope') ?? `repository:${repository}:pull`)
  return url.href
}
