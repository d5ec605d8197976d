import type { AtLine } from '../../protocol/at-line.ts';
import { formatTime } from '../../protocol/time.ts';
import type { Location } from '../location.ts';

/** Where a client is, as the text protocol has it. Times are RFC 3339, up to nanoseconds. */
export type TcpLocation = Pick<
  Location,
  'client' | 'latitude' | 'longitude' | 'time' | 'server' | 'receivedAt' | 'skew'
>;

/** The answer to a command. Its `AT` line is a view, to be read at once. */
export type Reply =
  | { readonly kind: 'confirmed'; readonly at: AtLine }
  | { readonly kind: 'places'; readonly at: AtLine; readonly json: string }
  | { readonly kind: 'refused' };

const E7 = 10_000_000;

/**
 * What a line says that has been scanned.
 *
 * @param client the client's ID, as the caller has it
 */
export function locationOf(client: string, at: AtLine): TcpLocation {
  const { bytes, seconds, nanoseconds, receiptSeconds, receiptNanoseconds } = at;
  return {
    client,
    latitude: at.latitudeE7 / E7,
    longitude: at.longitudeE7 / E7,
    time: formatTime({ seconds, nanoseconds }),
    server: bytes.toString('latin1', at.serverStart, at.serverEnd),
    receivedAt: formatTime({ seconds: receiptSeconds, nanoseconds: receiptNanoseconds }),
    skew: bytes.toString('latin1', at.serverEnd + 1, at.clientStart - 1),
  };
}
