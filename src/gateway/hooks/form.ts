import type { Instant } from '../../protocol/timestamp.ts';
import type { HookEvent } from './hook-event.ts';

/** What a form needs beside the events. */
export interface FormContext {
  readonly herd: string;
  /** The server that sends. */
  readonly server: string;
  readonly now: Instant;
}

/** How a request is written. */
export interface Form {
  /** The most events of one request. */
  readonly maxEvents: number;
  /** Makes the body of a request, as JSON, of so many events at most. */
  readonly encode: (events: readonly HookEvent[], context: FormContext) => string;
}
