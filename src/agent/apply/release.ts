/** Brings the user's release to where the application's units find it. */
import type { ManifestRelease } from '../../render/manifest.ts'
import { applyDirectory, stageDirectory } from './directory-release.ts'
import { applyImage } from './image-release.ts'

/** True when what the units run is another one now. */
export const applyRelease = (release: ManifestRelease): Promise<boolean> => (release.kind === 'image' ? applyImage(release) : applyDirectory(release))

/** Has it on the machine, and switches nothing. */
export const stageRelease = async (release: ManifestRelease): Promise<void> => void await (release.kind === 'image' ? applyImage(release) : stageDirectory(release))
