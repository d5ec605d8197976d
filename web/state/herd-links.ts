import type { HerdStatus } from 'proxy-herd/client';

import type { Server } from './herd-changes.ts';

/** From so many seconds of lag on, a link lags: what is only on its way has arrived by then. */
const LAGS_FROM_S = 2;

/**
 * How a link is. Unknown: neither of its servers can be reached, so nobody says.
 */
type LinkState = 'up' | 'lagging' | 'down' | 'unknown';

/** A link between two servers, by what both say of it. */
export interface HerdLink {
  /** Its two servers, by name. */
  readonly between: readonly [string, string];
  readonly state: LinkState;
  /** Since when it is up, or down, in milliseconds since 1970; `undefined`: unknown. */
  readonly sinceMs: number | undefined;
  /** What either of the two lacks of what the other one has: the greater one. */
  readonly lag: { readonly reports: number; readonly seconds: number };
}

/** What one of a link's servers says of it. */
interface Word {
  readonly isUp: boolean;
  readonly sinceMs: number;
  readonly reports: number;
  readonly seconds: number;
}

/** All links of a herd, by their servers' names. */
export function linksOf({ servers }: HerdStatus): HerdLink[] {
  const links = new Map<string, { between: readonly [string, string]; words: Word[] }>();
  for (const server of servers) {
    if (server.lastHeardAt === null) continue;
    for (const { neighbour, up, since, lag } of server.links) {
      const between = pairOf(server.server, neighbour);
      const link = links.get(between.join(' ')) ?? { between, words: [] };
      links.set(between.join(' '), link);
      // What a server said before it went is no news of its links.
      if (server.state !== 'reachable') continue;
      link.words.push({ isUp: up, sinceMs: Date.parse(since), ...lag });
    }
  }
  return [...links.keys()].sort().flatMap((key) => {
    const link = links.get(key);
    return link === undefined ? [] : [judge(link.between, link.words)];
  });
}

/** A link is up where each of its servers that can be reached says so. */
function judge(between: readonly [string, string], words: readonly Word[]): HerdLink {
  if (words.length === 0) {
    return { between, state: 'unknown', sinceMs: undefined, lag: { reports: 0, seconds: 0 } };
  }
  const isUp = words.every((word) => word.isUp);
  const lag = {
    reports: Math.max(...words.map(({ reports }) => reports)),
    seconds: Math.max(...words.map(({ seconds }) => seconds)),
  };
  const sinceMs = Math.max(
    ...words.filter((word) => word.isUp === isUp).map(({ sinceMs }) => sinceMs),
  );
  const isLagging = lag.reports > 0 && lag.seconds >= LAGS_FROM_S;
  return { between, state: isUp ? (isLagging ? 'lagging' : 'up') : 'down', sinceMs, lag };
}

/** How a link is called. */
export function linkName([a, b]: readonly [string, string]): string {
  return `${a} – ${b}`;
}

/** The links of one server. */
export function linksWith(
  links: readonly HerdLink[],
  { server }: Pick<Server, 'server'>,
): HerdLink[] {
  return links.filter(({ between }) => between.includes(server));
}

function pairOf(a: string, b: string): [string, string] {
  return a < b ? [a, b] : [b, a];
}
