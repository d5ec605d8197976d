import { decodeAttributes, type Attributes } from '../protocol/attributes.ts';
import { readPosition, type Position } from '../protocol/position.ts';
import type { Instant } from '../protocol/timestamp.ts';
import { RecordView } from './record.ts';

/** What the herd keeps of a client, as plain data. */
export interface Location {
  /** The client's ID, of one character a byte. */
  readonly client: string;
  readonly position: Position;
  /** The client's time; seconds are not exact from 2 ** 53 on. */
  readonly time: Instant;
  /** When its origin received it. */
  readonly received: Instant;
  /** The server that received it from the client itself. */
  readonly origin: string;
  readonly attributes: Attributes;
  /** The `AT` line that says it all but for attributes, without a line end; the origin's reply, byte for byte. */
  readonly at: string;
}

/**
 * A report as plain data.
 *
 * @param position as exactly as it was reported
 */
export function locationOf(record: RecordView, position: Position): Location {
  const text = (start: number, end: number): string => record.bytes.toString('latin1', start, end);
  const { attributesStart, seconds, nanoseconds, receiptSeconds, receiptNanoseconds } = record;
  const attributes = decodeAttributes(
    text(attributesStart, attributesStart + record.attributesLength),
  );
  if (attributes === undefined) throw new Error('A record has other attributes than were read.');
  return {
    client: text(record.clientStart, record.clientEnd),
    position,
    time: { seconds, nanoseconds },
    received: { seconds: receiptSeconds, nanoseconds: receiptNanoseconds },
    origin: text(record.serverStart, record.serverEnd),
    attributes,
    at: record.toString(),
  };
}

const E7 = 1e7;

/** Reads a report as links and the journal have it; `undefined` where it is none. */
export function readLocation(line: Buffer): Location | undefined {
  const record = new RecordView();
  if (!record.scan(line, 0, line.length) || record.isRemoval || record.isDocument) return undefined;
  const { format, latitudeE7, longitudeE7, positionStart, positionEnd } = record;
  // The same as the table has: as it was reported where that is decimal degrees, else by the fixed-point numbers.
  const position = (format === 0 ? readPosition(line, positionStart, positionEnd) : undefined) ?? {
    latitude: latitudeE7 / E7,
    longitude: longitudeE7 / E7,
  };
  return locationOf(record, position);
}
