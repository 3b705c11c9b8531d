/** Makes an image of a release's directory on the lab's own base, without any download, and brings it to the lab's registry. */
import { cp, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../src/lib/errors.ts'
import { labClient } from '../src/providers/lab/client.ts'
import { parseImageReference } from '../src/spec/image-reference.ts'
import { parseProcfile } from '../src/spec/procfile.ts'
import type { FoundLab } from './find.ts'
import { rootMount } from './machine-disk.ts'
import { machineDir } from './names.ts'
import { inRegistry, openRegistry, REGISTRY_MACHINE } from './registry.ts'

const BUILD_TIMEOUT_MS = 120_000

/** Node.js with the libraries that it loads, a shell and the public authorities, from the machines' own packages; once. */
const BASE = `set -eu
[ ! -e /srv/images/ready ] || exit 0
rm -rf /srv/images /srv/base
mkdir -p /srv/base/usr/bin /srv/base/usr/lib /srv/base/usr/lib64 /srv/base/usr/share /srv/base/etc/ssl/certs /srv/base/tmp
cd /srv/base
for name in bin lib lib64; do ln -s usr/$name $name; done
for file in $(ldd /usr/bin/node /usr/bin/sh | grep -oE '/[^ ]+\\.so[^ :)]*' | sort -u); do
  mkdir -p "usr/$(dirname "\${file#/usr}")"
  cp -L "$file" "usr\${file#/usr}"
done
cp -L /usr/bin/node /usr/bin/sh usr/bin/
cp -a /usr/share/nodejs usr/share/
cp /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/
printf 'root:x:0:0::/:/bin/sh\\napp:x:10001:10001::/:/bin/sh\\n' >etc/passwd
printf 'root:x:0:\\napp:x:10001:\\n' >etc/group
chmod 1777 tmp
umoci init --layout /srv/images
umoci new --image /srv/images:base
umoci insert --image /srv/images:base /srv/base /
rm -rf /srv/base
touch /srv/images/ready
`

const BUILD = `set -eu
umask 077
auth=$(mktemp)
trap 'rm -rf "$auth" /srv/build' EXIT
printf '{"auths":{"%s":{"auth":"%s"}}}' "$SERVER" "$(printf 'lab:%s' "$(cat /srv/registry/password)" | base64 -w0)" >"$auth"
umoci tag --image /srv/images:base new
umoci insert --image /srv/images:new /srv/build /srv
umoci config --image /srv/images:new --config.user 10001:10001 --config.workingdir /srv --config.cmd sh --config.cmd -c --config.cmd "$COMMAND"
mkdir -p /etc/containers/certs.d/"$SERVER"
cp /srv/registry/ca.pem /etc/containers/certs.d/"$SERVER"/ca.crt
skopeo copy --quiet --authfile "$auth" --digestfile /srv/digest oci:/srv/images:new "docker://$SERVER/$NAME"
umoci rm --image /srv/images:new
umoci gc --layout /srv/images
cat /srv/digest
`

export interface PushedImage {
  /** `10.77.0.253:5000/acme/ledger:1.0` */
  readonly image: string
  /** `sha256:…` */
  readonly digest: string
}

/** `name`: `acme/ledger:1.0`. */
export async function pushRelease(found: FoundLab, directory: string, name: string, onProgress: (line: string) => void): Promise<PushedImage> {
  const command = parseProcfile(await readFile(join(directory, 'Procfile'), 'utf8').catch(() => ''))['web']
  if (command === undefined) throw new UserError('the release does not say how it is started', { where: join(directory, 'Procfile'), next: 'write a line there: web: node server.mjs' })
  const reference = parseImageReference(`localhost/${name}`)
  if (reference === undefined || reference.tag === null || reference.digest !== null) throw new UserError(`${name} is no name with a tag`, { next: 'regrow lab push ./release acme/ledger:1.0' })
  const registry = await openRegistry(found, onProgress)
  const client = labClient(found)
  await inRegistry(client, BASE, {}, BUILD_TIMEOUT_MS)
  const id = (await client.get(REGISTRY_MACHINE))?.id ?? ''
  const build = `${rootMount(machineDir(found.info.name, id))}/srv/build`
  await rm(build, { recursive: true, force: true })
  await mkdir(build, { recursive: true })
  await cp(directory, build, { recursive: true, dereference: true })
  const digest = await inRegistry(client, BUILD, { SERVER: registry.server, NAME: name, COMMAND: command }, BUILD_TIMEOUT_MS)
  return { image: `${registry.server}/${name}`, digest: digest.trim() }
}
