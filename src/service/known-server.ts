/** What is known of the herd's servers, for front ends, which know nothing of replication. */
export type { KnownServer, ServerStatus } from '../replication/server-status.ts';
