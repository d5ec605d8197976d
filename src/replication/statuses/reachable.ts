import type { HeardStatus } from './status-table.ts';
import { maxSilenceMs } from './status-pace.ts';

/**
 * The servers that can be reached from one of them, by what all have said. A server is reached over a link of
 * which the end that is reached already says that it is up, or where it was heard of after that end said that it is
 * down: word of a link that came up may be on its way. Who was not heard of for too long is not reached.
 *
 * So the death of a server is known as soon as its neighbours have said that their links with it are down, and those behind
 * a cut are not taken for reachable because their last words say so.
 *
 * @param direct the servers that are heard of without a link: they are reached while they are not silent
 */
export function reachableFrom(
  self: string,
  heard: ReadonlyMap<string, HeardStatus>,
  nowMs: number,
  direct: ReadonlySet<string> = new Set(),
): Set<string> {
  const isSilent = (said: HeardStatus): boolean =>
    nowMs - said.saidMs > maxSilenceMs(said.status.everyMs);
  const reached = new Set([self]);
  for (const server of direct) {
    const said = heard.get(server);
    if (said !== undefined && !isSilent(said)) reached.add(server);
  }
  for (const server of reached) {
    const by = heard.get(server);
    for (const { neighbour, isUp } of by?.status.links ?? []) {
      const end = heard.get(neighbour);
      const isLater = end !== undefined && end.saidMs > (by?.saidMs ?? 0);
      if (end !== undefined && isSilent(end)) continue;
      if (isUp || isLater) reached.add(neighbour);
    }
  }
  return reached;
}
