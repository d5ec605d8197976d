import type { HerdStatus } from 'proxy-herd/client';

/** A server of the herd, as it said last. */
export type Server = HerdStatus['servers'][number];

/** A server that went or came back, between two looks at the herd. */
export interface HerdChange {
  readonly server: string;
  readonly isReachable: boolean;
  /** When it was last heard, or, where it is back, had last been heard: milliseconds since 1970. */
  readonly lastHeardMs: number | undefined;
}

/** Who went and who came back. A server that is new is no change. */
export function changesBetween(before: HerdStatus, after: HerdStatus): HerdChange[] {
  const known = new Map(before.servers.map((server) => [server.server, server]));
  return after.servers.flatMap((now) => {
    const last = known.get(now.server);
    if (last === undefined || last.state === now.state) return [];
    const isReachable = now.state === 'reachable';
    const lastHeardMs = heardMs(isReachable ? last : now);
    return [{ server: now.server, isReachable, lastHeardMs }];
  });
}

function heardMs({ lastHeardAt }: Server): number | undefined {
  return lastHeardAt === null ? undefined : Date.parse(lastHeardAt);
}

/** The herd as a whole, in the numbers of the status line. */
export interface HerdSummary {
  readonly clients: number;
  /** A second, of all servers. */
  readonly reports: number;
  /** The most that any server that can be reached lacks of another. */
  readonly lag: { readonly reports: number; readonly seconds: number };
}

export function summarize({ servers }: HerdStatus): HerdSummary {
  const up = servers.flatMap((each) =>
    each.state === 'reachable' && each.lastHeardAt !== null ? [each] : [],
  );
  const lags = up.flatMap(({ lag }) => lag);
  return {
    clients: Math.max(0, ...up.map(({ clients }) => clients)),
    reports: up.reduce((sum, { rates }) => sum + rates.reports, 0),
    lag: {
      reports: Math.max(0, ...lags.map(({ reports }) => reports)),
      seconds: Math.max(0, ...lags.map(({ seconds }) => seconds)),
    },
  };
}
