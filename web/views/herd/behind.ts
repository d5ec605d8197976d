import type { HerdStatus } from 'proxy-herd/client';

/** How far each server is behind each other: what it lacks of the reports that the other one was the first to accept. */
export interface BehindMatrix {
  /** The origins, whose records others may lack. */
  readonly origins: readonly string[];
  readonly rows: readonly {
    readonly server: string;
    /** Unknown: it cannot be reached, or was never heard. */
    readonly isKnown: boolean;
    /** By origin, in their order. 0: nothing is missing; `undefined`: it is the origin itself. */
    readonly cells: readonly (number | undefined)[];
  }[];
}

/** The lag of each server behind each origin. Rows and columns are the servers in order. */
export function behindIn({ servers }: HerdStatus): BehindMatrix {
  const origins = servers.map(({ server }) => server);
  const rows = servers.map((server) => {
    const isKnown = server.state === 'reachable' && server.lastHeardAt !== null;
    const lags = server.lastHeardAt === null ? [] : server.lag;
    const lacks = new Map(lags.map((lag) => [lag.server, lag.reports]));
    const cells = origins.map((origin) =>
      origin === server.server ? undefined : (lacks.get(origin) ?? 0),
    );
    return { server: server.server, isKnown, cells };
  });
  return { origins, rows };
}
