/** Names of container images, as in `registry.example:5000/acme/ledger:1.4` or `…@sha256:…`. Pure. */

export interface ImageReference {
  /** Host and, where it is not 443, port. */
  readonly registry: string
  readonly repository: string
  readonly tag: string | null
  /** sha256, hex. */
  readonly digest: string | null
}

/** The distribution project's grammar (reference/regexp.go), with a registry that is always named: `.`, `:` or `localhost` make it one. */
const HOST = String.raw`(?:[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+(?::\d{1,5})?|[a-zA-Z0-9-]+:\d{1,5}|localhost)`
const PART = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`
const REFERENCE = new RegExp(String.raw`^(${HOST})/(${PART}(?:/${PART})*)(?::([\w][\w.-]{0,127}))?(?:@sha256:([0-9a-f]{64}))?$`)

export function parseImageReference(text: string): ImageReference | undefined {
  const [, registry, repository, tag = null, digest = null] = REFERENCE.exec(text) ?? []
  return registry === undefined || repository === undefined ? undefined : { registry, repository, tag, digest }
}

/** What a spec's `app.release` means: an image says which one by a tag or a digest, and everything else is a directory. */
export function releasedImage(text: string): ImageReference | undefined {
  if (/^\.{0,2}\//.test(text)) return undefined
  const image = parseImageReference(text)
  return image === undefined || (image.tag === null && image.digest === null) ? undefined : image
}

/** The image of that digest, whatever tag was written. */
export const pinnedImage = ({ registry, repository }: Pick<ImageReference, 'registry' | 'repository'>, digest: string): string => `${registry}/${repository}@sha256:${digest}`

/** What to write when somebody seems to have meant an image; undefined: a directory. */
export function meantImage(text: string): string | undefined {
  if (/^\.{0,2}\//.test(text)) return undefined
  const [name = ''] = text.split('@sha256:')
  const image = parseImageReference(name)
  const looksLikeOne = image !== undefined || name !== text || /^[a-z0-9][\w.-]*(?:\/[\w.-]+)*:[\w.-]+$/.test(name)
  if (!looksLikeOne) return undefined
  const complete = image === undefined ? `registry.example/${name}` : name
  return /:[\w.-]+$/.test(complete.slice(complete.indexOf('/'))) ? complete : `${complete}:latest`
}
