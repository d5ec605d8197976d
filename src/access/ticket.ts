import { createHmac } from 'node:crypto';

/**
 * How long a ticket is good, in milliseconds: enough for a page to open a stream with it. It stands in a URL, which
 * servers and proxies write down; once it is over, what was written down is of no use.
 */
export const TICKET_LIFE_MS = 60_000;

const PREFIX = 'phx_';
const TICKET = /^phx_([0-9a-f]{16})_([0-9a-z]{1,11})_([0-9a-f]{64})$/;

/** A ticket, its parts. Nothing is said of whether it is right. */
export interface TicketParts {
  /** Of the token that it replaces. @see tokenId */
  readonly id: string;
  /** When it ends, in milliseconds since 1970. */
  readonly expiresMs: number;
  readonly mac: string;
}

/**
 * A ticket: it stands for a token where that would have to stand in a URL, since browsers can set no headers on an
 * `EventSource` or a `WebSocket`. Every server that knows the token's hash can check it, and nobody has to keep it.
 *
 * It is signed with the hash of the token (HMAC-SHA-256), which is in the access file. Who has the token can
 * make tickets of it as well, which does no harm: such a one has the token.
 *
 * @param id of the token
 * @param hash of the token
 * @param expiresMs when it ends, in milliseconds since 1970
 */
export function createTicket(id: string, hash: string, expiresMs: number): string {
  return `${PREFIX}${id}_${expiresMs.toString(36)}_${macOf(id, hash, expiresMs)}`;
}

/** Reads a ticket; `undefined` where a text has not the form of one. */
export function readTicket(text: string): TicketParts | undefined {
  const [, id, expires, mac] = TICKET.exec(text) ?? [];
  if (id === undefined || expires === undefined || mac === undefined) return undefined;
  return { id, expiresMs: Number.parseInt(expires, 36), mac };
}

/** What a ticket's signature has to be. */
export function macOf(id: string, hash: string, expiresMs: number): string {
  return createHmac('sha256', Buffer.from(hash, 'hex'))
    .update(`proxy-herd ticket ${id} ${expiresMs}`)
    .digest('hex');
}
