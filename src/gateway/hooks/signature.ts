import { createHmac } from 'node:crypto';

/*
 * Signatures by the specification of Standard Webhooks, 1.0.0: HMAC-SHA256 over `ID.TIMESTAMP.BODY`.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */

const PREFIX = 'whsec_';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** The lengths of a key in bytes that the specification names. */
const KEY_BYTES = { least: 24, most: 64 };

/** What a secret looks like, for messages. */
export const HOOK_SECRET_EXPECTED = `whsec_ and ${KEY_BYTES.least} to ${KEY_BYTES.most} random bytes in base64`;

/** The key that a secret says; `undefined` where it is none. */
export function parseHookSecret(text: string): Buffer | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const base64 = text.slice(PREFIX.length);
  const key = Buffer.from(base64, 'base64');
  const isRight = key.length >= KEY_BYTES.least && key.length <= KEY_BYTES.most;
  return isRight && BASE64.test(base64) ? key : undefined;
}

/** What is signed. */
export interface Signable {
  /** The same for all attempts. */
  readonly id: string;
  /** When this attempt is made, in seconds since the POSIX epoch. */
  readonly timestampS: number;
  readonly body: Buffer;
}

/** The headers by which a receiver knows a request, and with keys also its sender: a signature of each key. */
export function signedHeaders(
  { id, timestampS, body }: Signable,
  keys: readonly Buffer[],
): Readonly<Record<string, string>> {
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestampS) };
  if (keys.length === 0) return headers;
  const signatures = keys.map((key) => {
    const hash = createHmac('sha256', key).update(`${id}.${timestampS}.`).update(body);
    return `v1,${hash.digest('base64')}`;
  });
  return { ...headers, 'webhook-signature': signatures.join(' ') };
}
