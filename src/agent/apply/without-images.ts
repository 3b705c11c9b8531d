/** Pure: what of a manifest can be had while an image of the application's can't. */
import type { Manifest, ManifestFile } from '../../render/manifest.ts'
import { storedImage } from '../../render/stored-image.ts'

const UNIT_FILE = /^\/etc\/systemd\/system\/([^/]+)\.service$/

/** Without the units that run one of these images, what starts them, and their files; what runs an image from before goes on. */
export function withoutImages(manifest: Manifest, images: readonly string[]): Manifest {
  const names = images.map(storedImage)
  const runsIt = ({ source }: ManifestFile): boolean => 'content' in source && names.some((name) => source.content.includes(name))
  const services = manifest.files.flatMap((file) => {
    const service = UNIT_FILE.exec(file.path)?.[1]
    return service !== undefined && runsIt(file) ? [service] : []
  })
  const isOfThem = (unit: string): boolean => services.includes(unit.replace(/\.[a-z]+$/, ''))
  return {
    ...manifest,
    files: manifest.files
      .filter((file) => !isOfThem(UNIT_FILE.exec(file.path)?.[1] ?? ''))
      .map((file) => ({ ...file, onChange: file.onChange.filter(({ unit }) => !isOfThem(unit)) })),
    units: manifest.units.filter(({ name: unit }) => !isOfThem(unit)),
  }
}
