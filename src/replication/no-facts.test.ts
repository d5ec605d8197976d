/** For the tests of links: there is none in this file. */
import type { ServerFacts } from './server-status.ts';

/** What a server says of itself that has none of it. */
export const NO_FACTS: ServerFacts = {
  version: '0.0.0',
  startedMs: 0,
  gateway: undefined,
  isReplaying: false,
  clients: 0,
  connections: 0,
  rates: { reports: 0, replies: 0, places: 0 },
  memoryBytes: undefined,
};
