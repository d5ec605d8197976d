import type { AccessEvent } from '../access/events.ts';
import type { LeftOut } from '../service/limited-log.ts';
import type { HookLogEvent } from './hooks/hook-log.ts';
import type { UnusedPhoneData } from './ingest/ingest.ts';

/** What the gateway logs. */
export type GatewayEvent =
  | AccessEvent
  | LeftOut
  | UnusedPhoneData
  | HookLogEvent
  | {
      readonly event: 'http-answered';
      readonly address: string;
      readonly method: string;
      /** Without its query. */
      readonly path: string;
      readonly status: number;
      readonly milliseconds: number;
    }
  /** More clients are in geofences than there is room for: some do not enter. */
  | { readonly event: 'geofences-full' }
  /** The server failed at a request, which was answered with 500. */
  | { readonly event: 'http-failed'; readonly detail: string };

/** Where the gateway logs. Writing to it never waits. */
export interface GatewayLog {
  write(event: GatewayEvent): void;
}
