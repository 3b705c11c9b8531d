/** Pure: why an image could not be pulled, from podman's own words. */

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/x509:|certificate signed by unknown|tls: failed to verify/i, "its certificate can't be trusted (app.registry.ca names the authority of a registry of your own)"],
  [/unauthorized|authentication required|access to the resource is denied|incorrect username or password|\b40[13]\b/i, 'it wants to know who asks, or refuses the user of app.registry'],
  [/manifest unknown|name unknown|repository name not known|not found/i, 'it has no such image'],
  [/connection refused|no route to host|network is unreachable|no such host|i\/o timeout|deadline exceeded|handshake timeout|connection reset|server misbehaving|unexpected EOF|\b50[0-9]\b|received unexpected HTTP status|too ?many ?requests/i, 'it is away'],
  [/no space left on device/i, 'the disk of this machine is full'],
]

/** The rest of a sentence that begins "the registry …:". podman says what it says last. */
export function explainPull(stderr: string): string {
  const last = stderr.trim().split('\n').at(-1)?.trim() ?? ''
  const words = WORDS.find(([pattern]) => pattern.test(stderr))?.[1]
  return words === undefined ? last : `${words} (${last.replace(/^Error: /, '').split(': ').slice(-2).join(': ')})`
}
