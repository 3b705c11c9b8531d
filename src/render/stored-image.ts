/** What a release's image is called in a machine's own storage: copies from other machines come without their digest, so it is in the tag. */

/** `registry.example/acme/ledger@sha256:5e…` → `registry.example/acme/ledger:sha256-5e…` */
export const storedImage = (image: string): string => image.replace('@sha256:', ':sha256-')

export const isStoredImage = (name: string): boolean => /:sha256-[0-9a-f]{64}$/.test(name)
