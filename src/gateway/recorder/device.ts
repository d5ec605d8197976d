import { type ClientPattern, parsePattern } from '../../access/client-pattern.ts';
import { formatClientId, parseClientId } from '../../protocol/client-id.ts';

/*
 * OwnTracks' recorder knows devices of users. A client is the device `pixel` of the user `anna` where its ID is
 * `anna/pixel`; where there is no `/` with something on both sides, the whole ID is the user, and the device is `phone`.
 */

/** The device of a user who has no name for it, as the recorder calls it. */
const DEFAULT_DEVICE = 'phone';

/** Whose device a client is. */
export interface Device {
  readonly user: string;
  readonly device: string;
}

/** @param client its ID, of one character a byte */
export function deviceOf(client: string): Device {
  return splitId(formatClientId(client));
}

/** @param id the text of a client's ID in JSON */
export function splitId(id: string): Device {
  const [, user = id, device = DEFAULT_DEVICE] = /^([^/]+)\/(.+)$/s.exec(id) ?? [];
  return { user, device };
}

/** Patterns of the clients that can be those of a user, or one device of it. */
export function patternsOf(user: string, device: string | undefined): readonly ClientPattern[] {
  const ids = [device === undefined ? undefined : `${user}/${device}`];
  if (device === undefined || device === DEFAULT_DEVICE) ids.push(user);
  const patterns = ids.flatMap((id) => {
    const bytes = id === undefined ? undefined : parseClientId(id);
    return bytes === undefined ? [] : (parsePattern(escaped(bytes)) ?? []);
  });
  const all =
    device === undefined ? parsePattern(`${escaped(Buffer.from(`${user}/`))}*`) : undefined;
  return all === undefined ? patterns : [...patterns, all];
}

/** A pattern of one ID alone. */
function escaped(id: Buffer): string {
  return Array.from(id, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
