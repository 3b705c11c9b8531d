/** Brings the user's releases to where the application's units find them. */
import type { Manifest, ManifestRelease } from '../../render/manifest.ts'
import { stageDirectory, tidyDirectories } from './directory-release.ts'
import { stageImage, tidyImages } from './image-release.ts'

/** Has it on the machine. Units name the release that they run, so nothing is switched by that. */
export const stageRelease = (release: ManifestRelease): Promise<void> => (release.kind === 'image' ? stageImage(release) : stageDirectory(release))

export const releasesOf = ({ release, beside }: Pick<Manifest, 'release' | 'beside'>): readonly ManifestRelease[] => [release, beside].filter((one) => one !== undefined)

/** What no unit runs any more goes, but for the one before. */
export const tidyReleases = async (kept: readonly ManifestRelease[]): Promise<void> => {
  const directories = kept.flatMap((release) => (release.kind === 'image' ? [] : [release]))
  if (directories.length > 0) await tidyDirectories(directories)
  const images = kept.flatMap((release) => (release.kind === 'image' ? [release] : []))
  if (images.length > 0) await tidyImages(images)
}
