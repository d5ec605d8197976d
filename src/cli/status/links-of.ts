import type { HeardAnswer, ServerAnswer } from '../../gateway/api/herd-schema.ts';

type LinkAnswer = HeardAnswer['links'][number];

/** One end of a link, and what it says of it. */
interface LinkEnd {
  readonly server: string;
  /** `undefined` where the server says nothing of it, or cannot be reached. */
  readonly said: LinkAnswer | undefined;
}

/** A link between two servers. */
export interface LinkRow {
  readonly ends: readonly [LinkEnd, LinkEnd];
  /** Up where every end that can be reached says so; unknown where neither can be. */
  readonly state: 'up' | 'down' | 'unknown';
}

/** Every link of the herd, once, in the order of the servers. */
export function linksOf(servers: readonly ServerAnswer[]): LinkRow[] {
  const rows: LinkRow[] = [];
  const seen = new Set<string>();
  for (const server of servers) {
    if (!('links' in server)) continue;
    for (const { neighbour } of server.links) {
      const pair = [server.server, neighbour].toSorted().join(' ');
      if (seen.has(pair)) continue;
      seen.add(pair);
      const ends = [
        endOf(servers, server.server, neighbour),
        endOf(servers, neighbour, server.server),
      ] as const;
      rows.push({ ends, state: stateOf(ends) });
    }
  }
  return rows;
}

function endOf(servers: readonly ServerAnswer[], name: string, neighbour: string): LinkEnd {
  const server = servers.find((each) => each.server === name);
  const isReached = server?.state === 'reachable' && 'links' in server;
  const said = isReached ? server.links.find((link) => link.neighbour === neighbour) : undefined;
  return { server: name, said };
}

function stateOf(ends: readonly LinkEnd[]): LinkRow['state'] {
  const said = ends.flatMap((end) => end.said ?? []);
  if (said.length === 0) return 'unknown';
  return said.every(({ up }) => up) ? 'up' : 'down';
}
