import type { LinkCause } from '../herd/messages.ts';
import type { Address } from '../herd/topology.ts';
import type { UpstreamFault } from '../places/nearby-search.ts';
import type { ExceededLimit } from './connection-counts.ts';

/** What a server logs: an object a line, of these properties and `time` and `level`. */
export type LogEvent =
  | {
      readonly event: 'start';
      readonly herd: string;
      readonly server: string;
      readonly clients: Address;
      readonly peers: Address;
      readonly pid: number;
    }
  | { readonly event: 'stop' }
  | { readonly event: 'connection-opened'; readonly connection: number; readonly address: string }
  | { readonly event: 'connection-closed'; readonly connection: number; readonly detail: string }
  | {
      readonly event: 'connection-refused';
      readonly address: string;
      readonly reason: ExceededLimit;
    }
  /** The system could not give a connection to the client port. */
  | { readonly event: 'accept-failed'; readonly detail: string }
  | { readonly event: 'handshake-failed'; readonly address: string; readonly detail: string }
  | { readonly event: 'certificate-renewed'; readonly validTo: string }
  | { readonly event: 'certificate-rejected'; readonly code: string; readonly detail: string }
  /** So many lines of the event `of` were not logged, since too many came. */
  | { readonly event: 'left-out'; readonly of: string; readonly lines: number }
  | { readonly event: 'link-up'; readonly neighbour: string; readonly dialled: boolean }
  | ({ readonly event: 'link-down'; readonly neighbour: string } & LinkCause)
  | ({ readonly event: 'link-failed'; readonly neighbour: string | undefined } & LinkCause)
  | ({ readonly event: 'places-fault' } & UpstreamFault)
  | { readonly event: 'places-forgotten' }
  | { readonly event: 'journal-restored'; readonly clients: number; readonly milliseconds: number }
  | { readonly event: 'journal-failed'; readonly detail: string }
  | { readonly event: 'journal-recovered' }
  /** An `IAMAT` was refused, since its promise cannot be kept. */
  | { readonly event: 'not-acknowledged'; readonly client: string }
  /** An `IAMAT` of a new client was refused, since there are `clients` already. */
  | { readonly event: 'herd-full'; readonly client: string; readonly clients: number }
  | { readonly event: 'log-dropped'; readonly lines: number };

/**
 * What was heard from a client or said to it, one or more commands or replies at a time, each on a
 * line of its own in `text`. Of a reply with places the first line alone: they are the upstream's,
 * and long. `bytes` is how long the whole was.
 */
export interface TextEvent {
  readonly event: 'commands' | 'replies';
  readonly connection: number;
  readonly text: string;
  readonly bytes: number;
}

/** How much each event matters. */
export const LEVELS: Record<(LogEvent | TextEvent)['event'], 'info' | 'warn' | 'error'> = {
  start: 'info',
  stop: 'info',
  'connection-opened': 'info',
  'connection-closed': 'info',
  'connection-refused': 'warn',
  'accept-failed': 'warn',
  'handshake-failed': 'warn',
  'certificate-renewed': 'info',
  'certificate-rejected': 'warn',
  'left-out': 'warn',
  commands: 'info',
  replies: 'info',
  'link-up': 'info',
  'link-down': 'warn',
  'link-failed': 'warn',
  'places-fault': 'warn',
  'places-forgotten': 'info',
  'journal-restored': 'info',
  'journal-failed': 'error',
  'journal-recovered': 'info',
  'not-acknowledged': 'warn',
  'herd-full': 'warn',
  'log-dropped': 'warn',
};
