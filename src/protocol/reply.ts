import { AtLine } from './at-line.ts';
import { latin1 } from './latin1.ts';

/** What an `AT` line says, each field's text as it was sent. */
export interface At {
  /** The server that received the report from the client itself. */
  readonly server: string;
  /** That server's time of receipt minus the client's time: `+0.263873386`. */
  readonly skew: string;
  readonly client: string;
  readonly position: string;
  readonly time: string;
}

/** `AT server skew client position time`, without a line end. */
export function formatAt(at: At): string {
  return `AT ${at.server} ${at.skew} ${at.client} ${at.position} ${at.time}`;
}

const scanned = new AtLine();

/**
 * Reads an `AT` line, of one character a byte. `undefined` where it is not one to the byte that a
 * server can have said: as `formatAt` writes it, about a report that fits in a command.
 */
export function parseAt(line: string): At | undefined {
  const bytes = latin1(line);
  if (bytes === undefined || !scanned.scan(bytes, 0, bytes.length)) return undefined;
  const [, server = '', skew = '', client = '', position = '', time = ''] = line.split(' ');
  return { server, skew, client, position, time };
}
