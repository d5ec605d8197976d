import { RateMeter } from '../counts/rate-meter.ts';
import type { Rates, ServerFacts } from '../replication/server-status.ts';
import type { ServerCounts } from '../service/server-counts.ts';
import { formatAddress, type Address } from '../transport/address.ts';

/** What the facts of a server are made of. */
interface FactsParts {
  readonly version: string;
  /** Where its gateway listens; `undefined` where it has none. */
  readonly gateway: () => Address | undefined;
  readonly isGatewayTls: boolean;
  readonly isReplaying: () => boolean;
  readonly counts: () => ServerCounts;
  /** The memory that the process takes, in bytes. */
  readonly memoryBytes: () => number;
  /** Milliseconds since any fixed time. */
  readonly nowMs: () => number;
  /** The time of day at the start, in milliseconds since the POSIX epoch. */
  readonly startedMs: number;
}

/** Makes what gives the facts that a server tells the herd of itself. */
export function createFacts(parts: FactsParts): () => ServerFacts {
  const { version, startedMs, nowMs } = parts;
  const scheme = parts.isGatewayTls ? 'https' : 'http';
  let meter: RateMeter | undefined;
  return () => {
    const counts = parts.counts();
    const address = parts.gateway();
    const counted = countedIn(counts);
    meter ??= new RateMeter(nowMs(), counted);
    return {
      version,
      startedMs,
      // As an origin has it: without a port that is the scheme's own, and of ASCII alone.
      gateway: address && new URL(`${scheme}://${formatAddress(address)}`).origin,
      isReplaying: parts.isReplaying(),
      clients: counts.clients,
      connections: counts.textConnections.open,
      rates: ratesOf(meter.take(nowMs(), counted)),
      memoryBytes: parts.memoryBytes(),
    };
  };
}

/** What the rates are of: reports that were taken, replies of the text protocol, questions for places. */
function countedIn(counts: ServerCounts): number[] {
  const { textReports, plainReports, textReplies, placesAsked } = counts;
  const { ok, refused, failed } = textReplies;
  return [textReports.accepted + plainReports.accepted, ok + refused + failed, placesAsked];
}

function ratesOf([reports = 0, replies = 0, places = 0]: readonly number[]): Rates {
  return { reports, replies, places };
}
