import type { HerdStatus } from 'proxy-herd/client';

import { changesBetween, type Server } from './herd-changes.ts';
import { linkName, linksOf } from './herd-links.ts';

/** So many entries are kept, the newest. */
const MOST = 200;

/** What became of a server or a link. */
export interface LogEntry {
  /** When, in milliseconds since 1970: by the servers' clocks, where they say it. */
  readonly atMs: number;
  /** A server's name, or that of a link. */
  readonly subject: string;
  readonly kind: 'started' | 'gone' | 'back' | 'link up' | 'link down';
  /** For how long it had been as it was before, in milliseconds; `undefined`: unknown. */
  readonly afterMs: number | undefined;
}

/**
 * The log after another look at the herd, the newest entry first. The first look finds what servers still know: when each
 * started, and since when each link is as it is.
 */
export function logAfter(
  log: readonly LogEntry[],
  before: HerdStatus | undefined,
  after: HerdStatus,
  nowMs: number,
): readonly LogEntry[] {
  const news = [
    ...startsIn(before, after),
    ...(before === undefined ? [] : goneAndBack(before, after, nowMs)),
    ...linkChanges(before, after),
  ];
  if (news.length === 0) return log;
  return [...news, ...log].sort((a, b) => b.atMs - a.atMs).slice(0, MOST);
}

function startsIn(before: HerdStatus | undefined, after: HerdStatus): LogEntry[] {
  const known = new Map(before?.servers.map((server) => [server.server, startedAt(server)]));
  return after.servers.flatMap((server) => {
    const started = startedAt(server);
    if (started === undefined || started === known.get(server.server)) return [];
    const [atMs, subject] = [Date.parse(started), server.server];
    return [{ atMs, subject, kind: 'started' as const, afterMs: undefined }];
  });
}

function startedAt(server: Server): string | undefined {
  return server.lastHeardAt === null ? undefined : server.startedAt;
}

function goneAndBack(before: HerdStatus, after: HerdStatus, nowMs: number): LogEntry[] {
  return changesBetween(before, after).map(({ server, isReachable, lastHeardMs }) => ({
    atMs: isReachable ? nowMs : (lastHeardMs ?? nowMs),
    subject: server,
    kind: isReachable ? 'back' : 'gone',
    afterMs: isReachable && lastHeardMs !== undefined ? nowMs - lastHeardMs : undefined,
  }));
}

/** Also where a link went and came back between two looks: then it is up since another time. */
function linkChanges(before: HerdStatus | undefined, after: HerdStatus): LogEntry[] {
  const known = new Map(
    before && linksOf(before).map((link) => [linkName(link.between), link] as const),
  );
  return linksOf(after).flatMap(({ between, state, sinceMs }) => {
    const subject = linkName(between);
    const last = known.get(subject);
    if (sinceMs === undefined || state === 'unknown') return [];
    const isDown = state === 'down';
    if (last === undefined && !isDown && isOfStart(sinceMs, between, after)) return [];
    const wasDown = last?.state === 'down';
    const isSame =
      last?.sinceMs !== undefined && isDown === wasDown && !isLater(sinceMs, last.sinceMs);
    if (isSame) return [];
    const hasTurned = last?.sinceMs !== undefined && isDown !== wasDown;
    const afterMs = hasTurned ? sinceMs - (last.sinceMs ?? sinceMs) : undefined;
    return [
      {
        atMs: sinceMs,
        subject,
        kind: isDown ? ('link down' as const) : ('link up' as const),
        afterMs,
      },
    ];
  });
}

/** Links come up within this after the start of their servers, in milliseconds. */
const START_MS = 60_000;

/** Whether a link came up since its servers started: that is no news beside their starts. */
function isOfStart(sinceMs: number, between: readonly string[], { servers }: HerdStatus): boolean {
  return servers.some((server) => {
    const started = startedAt(server);
    if (started === undefined || !between.includes(server.server)) return false;
    return Math.abs(sinceMs - Date.parse(started)) < START_MS;
  });
}

/** The two ends of a link see that it comes up one after the other: that is one event. */
const SAME_EVENT_MS = 1000;

function isLater(ms: number, thanMs: number): boolean {
  return ms - thanMs > SAME_EVENT_MS;
}
