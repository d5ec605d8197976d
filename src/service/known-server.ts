/** What is known of the herd's servers, for front ends, which know nothing of replication. */
export type { LinkStatus } from '../replication/link-counts.ts';
export type { Trace } from '../replication/trace.ts';
export type { KnownServer, ServerStatus } from '../replication/server-status.ts';
