import { secretbox } from '@noble/ciphers/salsa.js';

import type { Encryption } from '../app.ts';

/*
 * OwnTracks' encryption: base64 of a nonce and a NaCl secretbox (XSalsa20 and Poly1305), which nobody can read or change
 * without the key. See https://owntracks.org/booklet/features/encrypt/
 */

export const NONCE_BYTES = 24;
/** What proves that it was not changed. */
const TAG_BYTES = 16;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const LINE_ENDS = /\s+/g;

/** Encrypts a text. */
export function seal(text: string, { key, nonce }: Encryption): string {
  const box = secretbox(key, nonce).seal(Buffer.from(text, 'utf8'));
  return Buffer.concat([nonce, box]).toString('base64');
}

/** Decrypts what `seal` has made; `undefined` where the key is another one, or it was damaged. */
export function open(data: unknown, key: Uint8Array): Buffer | undefined {
  if (typeof data !== 'string') return undefined;
  const base64 = data.replace(LINE_ENDS, '');
  if (!BASE64.test(base64)) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  try {
    const box = secretbox(key, bytes.subarray(0, NONCE_BYTES));
    return Buffer.from(box.open(bytes.subarray(NONCE_BYTES)));
  } catch {
    return undefined; // it throws nothing but that the tag is wrong
  }
}
