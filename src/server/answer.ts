import { locationOf } from '../locations/location.ts';
import type { LocationStore } from '../locations/store.ts';
import { formatPlaces } from '../places/format-places.ts';
import type { NearbySearch } from '../places/nearby-search.ts';
import { parseCommand, type Iamat, type Whatsat } from '../protocol/command.ts';
import type { Line } from '../protocol/line-decoder.ts';
import { formatInvalid } from '../protocol/reply.ts';
import type { Nanoseconds } from '../protocol/timestamp.ts';

const METRES_A_KILOMETRE = 1000;

/** What answering commands takes. */
export interface AnswerParts {
  /** This server's name. */
  readonly server: string;
  readonly store: LocationStore;
  readonly search: NearbySearch;
  readonly now: () => Nanoseconds;
  /** Ends searches that are under way. */
  readonly signal: AbortSignal;
}

/** Answers a command line, in text of one character a byte. */
export function answer(line: Line, parts: AnswerParts): string | Promise<string> {
  const command = line.tooLong ? undefined : parseCommand(line.text);
  switch (command?.name) {
    case 'IAMAT':
      return answerIamat(command, parts);
    case 'WHATSAT':
      return answerWhatsat(command, parts) ?? invalid(line);
    case undefined:
      return invalid(line);
  }
}

function invalid(line: Line): string {
  return `${formatInvalid(line.text)}\n`;
}

function answerIamat(report: Iamat, { server, store, now }: AnswerParts): string {
  const location = locationOf(report, server, now());
  store.apply(location);
  return `${location.at}\n`;
}

/** `undefined` where no server has told of the client. */
function answerWhatsat(
  { client, radiusKm, bound }: Whatsat,
  { store, search, signal }: AnswerParts,
): Promise<string> | undefined {
  const location = store.get(client);
  if (location === undefined) return undefined;
  const query = { ...location.position, radiusMetres: radiusKm * METRES_A_KILOMETRE };
  return search.nearby(query, signal).then((page) => {
    const places = Buffer.from(formatPlaces(page, bound), 'utf8').toString('latin1');
    return `${location.at}\n${places}\n\n`;
  });
}
