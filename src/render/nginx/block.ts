/** Text inside a block of nginx's configuration. */

/** `text` four spaces further in for each level; empty lines stay empty. */
export const indent = (text: string, levels: number): string => text.replaceAll(/^(?=.)/gm, ' '.repeat(4 * levels))
