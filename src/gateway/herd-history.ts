import type { KnownServer } from '../service/known-server.ts';

/** How often it is looked at the herd, in milliseconds. */
export const HISTORY_EVERY_MS = 5000;
/** So many looks are kept: five minutes. */
const MAX_SAMPLES = 60;

/** What is kept of a server at each look; `undefined` where it could not be reached then. */
export interface ServerSample {
  readonly reports: number;
  readonly replies: number;
  /** Of how many reports of others it lacked something. */
  readonly lag: number;
  readonly memoryBytes: number | undefined;
}

/** A look at the whole herd. */
interface HerdSample {
  readonly atMs: number;
  readonly servers: ReadonlyMap<string, ServerSample>;
}

/** How the servers of the herd did in the last five minutes, by what they said of themselves. */
export class HerdHistory {
  #samples: HerdSample[] = [];

  /** @param nowMs the time of day, in milliseconds since 1970 */
  add(servers: readonly KnownServer[], nowMs: number): void {
    const known = servers.flatMap(({ server, status, isReachable }) =>
      status === undefined || !isReachable ? [] : [[server, sampleOf(status)] as const],
    );
    this.#samples.push({ atMs: nowMs, servers: new Map(known) });
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
  }

  /** When it was looked at the herd, in milliseconds since 1970, the oldest first. */
  get timesMs(): readonly number[] {
    return this.#samples.map(({ atMs }) => atMs);
  }

  /** The servers that could be reached at one look at least, by name. */
  get servers(): readonly string[] {
    const names = this.#samples.flatMap(({ servers }) => [...servers.keys()]);
    return [...new Set(names)].sort();
  }

  /** How a server did at each look. */
  of(server: string): readonly (ServerSample | undefined)[] {
    return this.#samples.map(({ servers }) => servers.get(server));
  }
}

function sampleOf({ rates, lag, memoryBytes }: NonNullable<KnownServer['status']>): ServerSample {
  const missing = lag.reduce((sum, { reports }) => sum + reports, 0);
  return { reports: rates.reports, replies: rates.replies, lag: missing, memoryBytes };
}
