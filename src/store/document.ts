/*
 * A document is a text under a name that the herd keeps as it keeps locations: a geofence is one. Its key stands
 * where a client's ID stands, and begins with a space, which no client's ID has: so documents and clients share
 * the table, the order, the feed and the version vector, and never meet.
 */

const SPACE = 0x20;
const DELETE = 0x7f;

/**
 * The longest key, in bytes, its space included: a kind, and a name of 64 characters in percent encoding, which
 * takes 12 bytes of one at most.
 */
const MAX_DOCUMENT_KEY_BYTES = 1024;

/**
 * The longest text of a document, in bytes: room for a polygon of 256 vertices to 1e-7 degree, 27 bytes each. With its
 * key it is less than a link's longest line, half a journal's longest change, and an eighth of a page of memory.
 */
export const MAX_DOCUMENT_BODY_BYTES = 8192;

/** Whether the key of a record is that of a document, and no client's ID. */
export function isDocumentKey(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === SPACE;
}

/** The key of a name: ASCII without white space. @throws {RangeError} where no document can have it */
export function documentKey(name: string): Buffer {
  const key = Buffer.from(` ${name}`);
  if (isDocumentName(key, 1, key.length)) return key;
  throw new RangeError(`found the name ${JSON.stringify(name)}, which no document can have`);
}

/** Whether bytes can be a document's name, which is its key without the space. */
export function isDocumentName(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start < MAX_DOCUMENT_KEY_BYTES && isGraphic(bytes, start, end);
}

/** Whether bytes can be a document's text: ASCII without white space and control characters. */
export function isDocumentBody(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start <= MAX_DOCUMENT_BODY_BYTES && isGraphic(bytes, start, end);
}

function isGraphic(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte <= SPACE || byte >= DELETE) return false;
  }
  return start < end;
}
