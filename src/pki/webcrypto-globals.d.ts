/** @peculiar/x509 types itself against the DOM's WebCrypto names; Node has the same things under `webcrypto`. */
import type { webcrypto } from 'node:crypto'

declare global {
  type Crypto = webcrypto.Crypto
  type CryptoKey = webcrypto.CryptoKey
  type CryptoKeyPair = webcrypto.CryptoKeyPair
  type KeyUsage = webcrypto.KeyUsage
  type Algorithm = webcrypto.Algorithm
  type EcdsaParams = webcrypto.EcdsaParams
  type EcKeyGenParams = webcrypto.EcKeyGenParams
  type RsaHashedKeyGenParams = webcrypto.RsaHashedKeyGenParams
  type BufferSource = ArrayBufferView | ArrayBuffer
}
