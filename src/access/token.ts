import { createHash, timingSafeEqual } from 'node:crypto';

/** How many random bytes a token has: 128 bits, which nobody finds by trying. */
export const TOKEN_BYTES = 16;
/** So that people, logs and scanners for secrets see what it is. */
const PREFIX = 'ph_';
const TOKEN = new RegExp(`^${PREFIX}[0-9a-f]{${2 * TOKEN_BYTES}}$`);

/** How many digits of its hash tell a token from all others: 64 bits. */
const ID_DIGITS = 16;
/** How many of them are enough for a name, which has to be read. */
const NAME_DIGITS = 8;
const HASH = /^[0-9a-f]{64}$/;

/**
 * A new token.
 *
 * @param random `TOKEN_BYTES` bytes of a cryptographic source
 */
export function createToken(random: Uint8Array): string {
  return PREFIX + Buffer.from(random).toString('hex');
}

/** Whether a text has the form of a token. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * What is kept of a token: its SHA-256, as 64 hexadecimal digits. One round of a fast hash is enough. Slow, salted
 * hashes such as scrypt are for passwords, of which there are few enough to try; to try all tokens of 128
 * random bits takes 2^127 hashes on average, with or without salt, and each request would pay for the slow one.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'latin1').digest('hex');
}

/** Whether a text has the form of a token's hash. */
export function isTokenHash(text: string): boolean {
  return HASH.test(text);
}

/** Whether two hashes are the same, in a time that does not depend on where they differ. */
export function isSameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** What a token is looked up by and known by. It says nothing of the token. */
export function tokenId(hash: string): string {
  return hash.slice(0, ID_DIGITS);
}

/** What a token is called where it was given no name. */
export function defaultTokenName(hash: string): string {
  return `token-${hash.slice(0, NAME_DIGITS)}`;
}
