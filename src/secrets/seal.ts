/** Encrypts text to an age identity and back: for the operator's file, and for the secrets that live in etcd. */
import { armor, Decrypter, Encrypter, identityToRecipient } from 'age-encryption'
import { OperationError } from '../lib/errors.ts'
import { parseStackSecrets } from './shape.ts'
import type { StackSecrets } from './types.ts'

/** Armored age text that only `identity` opens. */
export async function seal(text: string, identity: string): Promise<string> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(await identityToRecipient(identity))
  return armor.encode(await encrypter.encrypt(text))
}

/** Throws `OperationError` UNSEAL when the text is damaged or meant for another identity. */
export async function unseal(sealed: string, identity: string): Promise<string> {
  try {
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity)
    return await decrypter.decrypt(armor.decode(sealed), 'text')
  } catch (cause) {
    throw new OperationError('UNSEAL', 'the encrypted text is damaged or was made for another age identity', { cause })
  }
}

/** The form in which the stack's secrets are kept in etcd; controllers hold `stackKey`. */
export const sealForStack = (secrets: StackSecrets, stackKey: string): Promise<string> => seal(JSON.stringify(secrets), stackKey)

/** Throws `OperationError` UNSEAL or SHAPE. */
export async function openForStack(sealed: string, stackKey: string): Promise<StackSecrets> {
  return parseStackSecrets(await unseal(sealed, stackKey))
}
