/** What a registry machine has beside the packages of all machines: docker-registry, and tools that make images. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { run } from '../src/lib/exec.ts'
import { hostAptOptions, hostMirror } from './apt-mirror.ts'
import { markUsed } from './image-prune.ts'
import { packagesLayer, type Progress } from './image-packages.ts'
import { SUITE } from './image-recipe.ts'
import { IMAGES_DIR } from './names.ts'

const PACKAGES: readonly string[] = ['docker-registry', 'apache2-utils', 'umoci', 'skopeo']
const INSTALL_TIMEOUT_MS = 300_000

/** It stands on the packages layer, so it is made anew with that. */
export const registryLayer = (packagesHash: string): string =>
  `${IMAGES_DIR}/registry-${createHash('sha256').update(JSON.stringify([packagesHash, PACKAGES, INSTALL])).digest('hex').slice(0, 12)}`

const INSTALL = `set -eu
mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$BUILD/upper,workdir=$BUILD/work" "$BUILD/root"
trap 'umount "$BUILD/root"' EXIT
mkdir -p "$BUILD/root/usr/sbin"
printf '#!/bin/sh\\nexit 101\\n' >"$BUILD/root/usr/sbin/policy-rc.d"
chmod 0755 "$BUILD/root/usr/sbin/policy-rc.d"
cp "$BUILD/apt.conf" "$BUILD/root/etc/apt/apt.conf.d/99build"
cp "$BUILD/sources.list" "$BUILD/root/etc/apt/sources.list"
[ ! -e /etc/resolv.conf ] || cp -L /etc/resolv.conf "$BUILD/root/etc/resolv.conf"
chroot "$BUILD/root" apt-get -qq update
DEBIAN_FRONTEND=noninteractive chroot "$BUILD/root" apt-get -qq install -y $PACKAGES >/dev/null
rm -rf "$BUILD/root/usr/sbin/policy-rc.d" "$BUILD/root/etc/apt/apt.conf.d/99build" "$BUILD/root/etc/resolv.conf" "$BUILD/root"/var/lib/apt/lists/*_* "$BUILD/root"/var/cache/apt/archives/*.deb
`

/** Made beside its place and then renamed, as the other layers. */
export async function ensureRegistryLayer(packagesHash: string, onProgress: Progress): Promise<void> {
  const layer = registryLayer(packagesHash)
  if (!existsSync(layer)) {
    const mirror = await hostMirror()
    const build = `${IMAGES_DIR}/registry-building-${process.pid}`
    onProgress(`image: installing ${PACKAGES.join(', ')} from ${mirror} (once)`)
    try {
      for (const part of ['upper', 'work', 'root']) await mkdir(`${build}/${part}`, { recursive: true })
      await writeFile(`${build}/apt.conf`, await hostAptOptions())
      await writeFile(`${build}/sources.list`, `deb ${mirror} ${SUITE} main\n`)
      await run('unshare', ['--mount', 'sh', '-c', INSTALL], { timeoutMs: INSTALL_TIMEOUT_MS, env: { LOWER: packagesLayer(packagesHash), BUILD: build, PACKAGES: PACKAGES.join(' '), LC_ALL: 'C.UTF-8' } })
      await rename(`${build}/upper`, layer).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
      })
    } finally {
      await rm(build, { recursive: true, force: true, maxRetries: 3 })
    }
  }
  await markUsed(layer, new Date())
}
