const KEY_BYTES = 32;

/** The key that OwnTracks makes of a passphrase: its UTF-8, cut or filled with zeros to 32 bytes. */
export function encryptionKeyOf(passphrase: string): Uint8Array {
  const key = new Uint8Array(KEY_BYTES);
  key.set(Buffer.from(passphrase, 'utf8').subarray(0, KEY_BYTES));
  return key;
}
