import { createHash } from 'node:crypto';
import { isDocumentKey } from '../../store/document.ts';
import { clientOfSign, isSignKey } from '../../store/sign-of-life.ts';

/**
 * The longest token that spells a key, in bytes: with it a subject stays far below the 4,096 bytes that a NATS server
 * takes of a line by default. A longer one is a hash: the record itself has the key.
 */
const MAX_SPELT_BYTES = 512;
/** Begins the token of a key that is too long to be spelt. No spelt token has it. */
const HASHED = '~';

/** Bytes that need no escape: those without a meaning in NATS, except the escape character. */
const PLAIN = /^[A-Za-z0-9_-]$/;
const ESCAPE = '=';

/** How each byte is spelt. */
const SPELLING = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (PLAIN.test(character)) return character;
  return ESCAPE + byte.toString(16).toUpperCase().padStart(2, '0');
});

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * The token of a subject for a client ID or a document's key, of any bytes: letters, digits, `_` and `-` as
 * they are, every other byte as `=` and two hexadecimal digits. Two keys never have the same token.
 */
export function tokenOf(key: Uint8Array): string {
  let token = '';
  for (const byte of key) token += SPELLING[byte] ?? '';
  if (token.length <= MAX_SPELT_BYTES) return token;
  return HASHED + createHash('sha256').update(key).digest('base64url');
}

/** The key that a token spells; `undefined` where it is of one too long to be spelt, or of none. */
export function keyOf(token: string): Buffer | undefined {
  if (!/^(?:[A-Za-z0-9_-]|=[0-9A-F]{2})+$/.test(token)) return undefined;
  const text = token.replace(/=(..)/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const key = Buffer.from(text, 'latin1');
  return tokenOf(key) === token ? key : undefined;
}

/**
 * The partition of a client's ID or a document's key, the same at every server. Every server needs the documents: they
 * have the last partition for themselves. Signs of life are as many as clients, and are with them.
 *
 * @param partitions how many there are, with that of the documents
 */
export function partitionOf(key: Buffer, partitions: number): number {
  if (!isDocumentKey(key, 0)) return partitionOfClient(key, partitions);
  const isSign = isSignKey(key, 0, key.length);
  return isSign ? partitionOfClient(clientOfSign(key), partitions) : partitions - 1;
}

function partitionOfClient(client: Buffer, partitions: number): number {
  let hash = FNV_OFFSET;
  for (const byte of client) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return (hash >>> 0) % (partitions - 1);
}
