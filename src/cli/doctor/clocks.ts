import type { HeardAnswer } from '../../gateway/api/herd-schema.ts';
import type { Findings } from './finding.ts';

/** A clock that is kept by NTP is right to some milliseconds; a date in HTTP has no more than seconds. */
const ODD_MS = 2000;
/** So far off, reports that went to other servers are taken for newer or older than they are. */
const WRONG_MS = 60_000;
const REMEDY = 'have both clocks set by NTP (timedatectl set-ntp true), then look again';

/**
 * Compares a server's clock with this machine's.
 *
 * @param dateMs the date of its answer, to the second below
 * @param sentMs when it was asked, by this machine's clock
 * @param answeredMs when it had answered
 */
export function clockFinding(
  clocks: Findings,
  server: string,
  dateMs: number,
  sentMs: number,
  answeredMs: number,
): void {
  if (Number.isNaN(dateMs)) return;
  const least = dateMs - answeredMs;
  const most = dateMs + 1000 - sentMs;
  const offMs = least > 0 ? least : Math.min(0, most);
  judge(clocks, server, offMs, "this machine's");
}

/**
 * Compares the clocks of servers that are linked: both say when their link came up, which was at one time.
 *
 * @param servers what each says of its links
 */
export function clocksOfLinks(
  clocks: Findings,
  servers: readonly Pick<HeardAnswer, 'server' | 'state' | 'links'>[],
): void {
  const upSince = new Map<string, number>();
  for (const { server, state, links } of servers) {
    for (const { neighbour, up, since } of links) {
      if (!up || state !== 'reachable') continue;
      const other = upSince.get(`${neighbour} ${server}`);
      if (other === undefined) upSince.set(`${server} ${neighbour}`, Date.parse(since));
      else judge(clocks, server, Date.parse(since) - other, `that of ${neighbour}`);
    }
  }
}

function judge(clocks: Findings, server: string, offMs: number, than: string): void {
  const size = Math.abs(offMs);
  if (size <= ODD_MS) return clocks.ok(server, `its clock agrees with ${than}`);
  const found = `its clock is ${(size / 1000).toFixed(0)} s ${offMs > 0 ? 'ahead of' : 'behind'} ${than}`;
  if (size <= WRONG_MS) clocks.warning(server, found, REMEDY);
  else clocks.wrong(server, found, REMEDY);
}
