import type { LinkCause } from '../herd/messages.ts';
import type { LinkEvents } from '../herd/world.ts';
import type { Log } from './log.ts';

/**
 * Logs what becomes of the links. A neighbour that stays away is dialled again and again: that it
 * cannot be reached is logged once for each cause, until a link to it is up.
 */
export function logLinks(log: Log): LinkEvents {
  const lastFailure = new Map<string, string>();
  return {
    linkUp(neighbour, dialled) {
      lastFailure.delete(neighbour);
      log.write({ event: 'link-up', neighbour, dialled });
    },
    linkDown(neighbour, cause) {
      log.write({ event: 'link-down', neighbour, ...cause });
    },
    linkFailed(neighbour: string | undefined, cause: LinkCause) {
      if (neighbour !== undefined) {
        if (lastFailure.get(neighbour) === cause.detail) return;
        lastFailure.set(neighbour, cause.detail);
      }
      log.write({ event: 'link-failed', neighbour, ...cause });
    },
  };
}
