import { readLocation } from '../../store/location.ts';
import type { LocationStore } from '../../store/store.ts';
import { ByteWriter } from '../../protocol/byte-writer.ts';
import type { NearbyClient } from '../nearby-clients.ts';
import type { Part } from './part.ts';

/*
 * A part as text: on the first line `through`, or `-`; then a line for each client, its distance in metres and the record as links
 * have it:
 *
 *     5302.25
 *     12.5 AT Riley +0.263873386 kiwi +34.068930-118.445127 1621464827.959498503
 */

/** So much text at most, in bytes: a NATS server takes 1 MiB of a message by default. */
const MAX_TEXT_BYTES = 512 * 1024;

const LINE = /^(\d+(?:\.\d+)?(?:e-?\d+)?) (AT .*)$/;

/** A part as text. What would be too much of it is left for the next question. */
export function formatPart(
  { clients, through }: Part,
  store: Pick<LocationStore, 'slotOf' | 'writeLine'>,
): string {
  const lines: string[] = [];
  let length = 0;
  let end = through;
  for (const [index, { location, distanceMetres }] of clients.entries()) {
    const before = clients[index - 1]?.distanceMetres;
    // Only between two distances: those at one distance are in one part.
    if (length > MAX_TEXT_BYTES && before !== distanceMetres) {
      end = distanceMetres;
      break;
    }
    const line = `${distanceMetres} ${lineOf(location.client, store)}`;
    length += line.length;
    lines.push(line);
  }
  return [end ?? '-', ...lines].join('\n');
}

function lineOf(client: string, store: Pick<LocationStore, 'slotOf' | 'writeLine'>): string {
  const out = new ByteWriter(128);
  store.writeLine(store.slotOf(Buffer.from(client, 'latin1')), out);
  return Buffer.from(out.view()).toString('latin1');
}

/** Reads a part. @throws {RangeError} where it is none */
export function parsePart(text: string): Part {
  const [head = '', ...lines] = text.split('\n');
  const through = head === '-' ? undefined : Number(head);
  if (Number.isNaN(through)) throw new RangeError('found another end of a part than a distance');
  return { through, clients: lines.map(parseLine) };
}

function parseLine(line: string): NearbyClient {
  const [, metres = '', record = ''] = LINE.exec(line) ?? [];
  const location = readLocation(Buffer.from(record, 'latin1'));
  if (location === undefined)
    throw new RangeError('found something else in a part than a location');
  return { location, distanceMetres: Number(metres) };
}
