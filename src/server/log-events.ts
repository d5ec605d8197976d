import type { Address } from '../transport/address.ts';
import type { LinkCause } from '../replication/flood/messages.ts';
import type { PortKind } from './errors.ts';
import type { UpstreamFault } from '../places/nearby-search.ts';
import type { Direction, TextEvent } from '../text/events.ts';
import type { BrokerCause } from '../replication/nats/cause.ts';
import type { GatewayEvent } from '../gateway/events.ts';

/** What a server logs: an object a line, of these properties and `time` and `level`. */
export type LogEvent =
  | TextEvent
  | GatewayEvent
  | {
      readonly event: 'start';
      readonly herd: string;
      readonly server: string;
      readonly clients: Address;
      readonly peers: Address;
      readonly gateway: Address | undefined;
      readonly pid: number;
    }
  | { readonly event: 'few-files'; readonly files: number; readonly connections: number }
  | { readonly event: 'reloaded'; readonly options: readonly string[] }
  | { readonly event: 'stop' }
  | { readonly event: 'certificate-renewed'; readonly port: PortKind; readonly validTo: string }
  | {
      readonly event: 'certificate-rejected';
      readonly port: PortKind;
      readonly code: string;
      readonly detail: string;
    }
  | { readonly event: 'link-up'; readonly neighbour: string; readonly dialled: boolean }
  | ({ readonly event: 'link-down'; readonly neighbour: string } & LinkCause)
  | ({ readonly event: 'link-failed'; readonly neighbour: string | undefined } & LinkCause)
  | {
      readonly event: 'lagging';
      readonly origin: string;
      readonly reports: number;
      readonly seconds: number;
    }
  | { readonly event: 'caught-up'; readonly origin: string; readonly seconds: number }
  | {
      readonly event: 'neighbour-lagging';
      readonly neighbour: string;
      readonly reports: number;
      readonly seconds: number;
    }
  | { readonly event: 'neighbour-caught-up'; readonly neighbour: string; readonly seconds: number }
  | { readonly event: 'drain-failed'; readonly neighbour: string; readonly detail: string }
  | { readonly event: 'nats-up'; readonly to: string; readonly version: string }
  | ({ readonly event: 'nats-down' } & BrokerCause)
  | ({ readonly event: 'nats-failed' } & BrokerCause)
  | { readonly event: 'nats-recovered' }
  | ({ readonly event: 'places-fault' } & UpstreamFault)
  | { readonly event: 'places-forgotten' }
  | { readonly event: 'journal-replaying'; readonly bytes: number }
  | { readonly event: 'journal-replayed'; readonly clients: number; readonly milliseconds: number }
  | { readonly event: 'journal-cut'; readonly detail: string }
  | { readonly event: 'journal-damaged'; readonly detail: string }
  | { readonly event: 'journal-snapshot'; readonly bytes: number }
  | { readonly event: 'journal-snapshot-failed'; readonly detail: string }
  | { readonly event: 'journal-failed'; readonly detail: string }
  | { readonly event: 'journal-recovered' }
  | { readonly event: 'log-dropped'; readonly lines: number };

/**
 * Commands or replies of a connection, one or more at a time, each on a line of its own in `text`. Of a
 * reply with places the first line alone: they are the upstream's, and long. `bytes` is how long the
 * whole was.
 */
export interface TrafficEvent {
  readonly event: Direction;
  readonly connection: number;
  readonly text: string;
  readonly bytes: number;
}

/** How much an event matters, from the least on. */
export const LOG_LEVELS = ['info', 'warn', 'error'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** How much each event matters. */
export const LEVELS: Record<(LogEvent | TrafficEvent)['event'], LogLevel> = {
  start: 'info',
  'few-files': 'warn',
  reloaded: 'info',
  stop: 'info',
  'connection-opened': 'info',
  'connection-closed': 'info',
  'connection-refused': 'warn',
  'accept-failed': 'warn',
  'handshake-failed': 'warn',
  'certificate-renewed': 'info',
  'certificate-rejected': 'warn',
  'http-answered': 'info',
  'http-failed': 'error',
  'phone-data-unused': 'warn',
  'geofences-full': 'warn',
  'hook-failed': 'warn',
  'hook-recovered': 'info',
  'hook-dropped': 'warn',
  'left-out': 'warn',
  commands: 'info',
  replies: 'info',
  'link-up': 'info',
  'link-down': 'warn',
  'link-failed': 'warn',
  lagging: 'warn',
  'caught-up': 'info',
  'neighbour-lagging': 'warn',
  'neighbour-caught-up': 'info',
  'drain-failed': 'warn',
  'nats-up': 'info',
  'nats-down': 'warn',
  'nats-failed': 'error',
  'nats-recovered': 'info',
  'places-fault': 'warn',
  'places-forgotten': 'info',
  'journal-replaying': 'info',
  'journal-replayed': 'info',
  'journal-cut': 'warn',
  'journal-damaged': 'error',
  'journal-snapshot': 'info',
  'journal-snapshot-failed': 'warn',
  'journal-failed': 'error',
  'journal-recovered': 'info',
  'not-acknowledged': 'warn',
  'report-refused': 'warn',
  'token-accepted': 'info',
  'token-refused': 'warn',
  'access-denied': 'warn',
  'log-dropped': 'warn',
};
