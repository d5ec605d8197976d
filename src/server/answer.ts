import { locationOf } from '../locations/location.ts';
import type { LocationStore } from '../locations/store.ts';
import type { NearbySearch } from '../places/nearby-search.ts';
import { parseCommand, type Iamat, type Whatsat } from '../protocol/command.ts';
import type { Line } from '../protocol/line-decoder.ts';
import { formatInvalid } from '../protocol/reply.ts';
import type { Nanoseconds } from '../protocol/timestamp.ts';
import type { Acknowledger } from './acknowledger.ts';
import { readableText, type Log } from './log.ts';

const METRES_A_KILOMETRE = 1000;

/** What answering commands takes. */
export interface AnswerParts {
  /** This server's name. */
  readonly server: string;
  readonly store: LocationStore;
  readonly search: Pick<NearbySearch, 'nearby'>;
  readonly now: () => Nanoseconds;
  /** The most clients: reports of further ones are refused. */
  readonly maxClients: number;
  /** Waits for what a reply promises; `undefined` where nothing is to be waited for. */
  readonly acknowledger: Acknowledger | undefined;
  readonly log: Log;
  /** Ends searches that are under way. */
  readonly signal: AbortSignal;
}

/** Answers a command line, in text of one character a byte. */
export function answer(line: Line, parts: AnswerParts): string | Promise<string> {
  const command = line.tooLong ? undefined : parseCommand(line.text);
  switch (command?.name) {
    case 'IAMAT':
      return answerIamat(command, line, parts);
    case 'WHATSAT':
      return answerWhatsat(command, parts) ?? invalid(line);
    case undefined:
      return invalid(line);
  }
}

function invalid(line: Line): string {
  return `${formatInvalid(line.text)}\n`;
}

function answerIamat(report: Iamat, line: Line, parts: AnswerParts): string | Promise<string> {
  const { server, store, now, maxClients, acknowledger, log } = parts;
  if (store.size >= maxClients && store.get(report.client) === undefined) {
    const client = readableText(report.client);
    log.write({ event: 'herd-full', client, clients: store.size });
    return invalid(line);
  }
  const location = locationOf(report, server, now());
  const reply = `${location.at}\n`;
  store.apply(location);
  if (acknowledger === undefined) return reply;
  // Also where it is not newer: the one that is may not be safe itself yet.
  return acknowledger.wait(store.head).then((kept) => {
    if (kept) return reply;
    log.write({ event: 'not-acknowledged', client: readableText(report.client) });
    return invalid(line);
  });
}

/** `undefined` where no server has told of the client. */
function answerWhatsat(
  { client, radiusKm, bound }: Whatsat,
  { store, search, signal }: AnswerParts,
): string | Promise<string> | undefined {
  const location = store.get(client);
  if (location === undefined) return undefined;
  const query = { ...location.position, radiusMetres: radiusKm * METRES_A_KILOMETRE, bound };
  const reply = (places: string): string => `${location.at}\n${places}\n\n`;
  const places = search.nearby(query, signal);
  return typeof places === 'string' ? reply(places) : places.then(reply);
}
