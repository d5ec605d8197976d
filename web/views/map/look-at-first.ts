import { route } from '../../route/router.ts';
import { clients, coverage, hasSnapshot, onClients } from '../../state/live.ts';
import type { HerdMap } from './herd-map.ts';
import { formatView } from './map-options.ts';

/** Those who come within this after the first client of an empty herd are shown with it, in milliseconds. */
const FIRST_COME_MS = 600;

/**
 * Has a map that was just made look at what its user wants to see first: where the URL does not say what, that is the client
 * it names, or all of them; of an empty herd, its first clients when they are there. A map that was moved before its clients
 * arrived, by hand or by a link, stays where it is. Returns what ends that.
 */
export function lookAtFirst(map: HerdMap): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isWanted = route.peek().options['at'] === undefined;
  let delayMs = 0;
  const atFirst = formatView(map.view());
  const look = (): void => {
    const isMoved = delayMs === 0 && formatView(map.view()) !== atFirst;
    if (isMoved) return;
    const { item } = route.peek();
    if (item === undefined || !map.goToClient(item)) map.showAll();
  };
  const check = (): void => {
    if (!hasSnapshot.peek()) return;
    if (coverage.peek().kind === 'all' && clients.size === 0) {
      isWanted = true;
      delayMs = FIRST_COME_MS;
    } else if (isWanted) {
      isWanted = false;
      timer = setTimeout(look, delayMs); // when all that listens to the clients knows of them
    }
  };
  const end = onClients(check);
  check();
  return () => {
    clearTimeout(timer);
    end();
  };
}
