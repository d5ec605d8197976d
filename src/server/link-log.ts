import type { LinkCause } from '../replication/flood/messages.ts';
import type { LinkEvents } from '../replication/flood/link-events.ts';
import type { LogEvent } from './log-events.ts';
import type { Log } from './log.ts';
import { LimitedLog } from '../service/limited-log.ts';

/**
 * Logs what becomes of the links. A neighbour that stays away is dialled again and again: that it
 * cannot be reached is logged once for each cause, until a link to it is up. Of failed connections that
 * are not known to be a neighbour's, only some are logged.
 */
export function logLinks(log: Log): LinkEvents {
  const lastFailure = new Map<string, string>();
  const strangers = new LimitedLog<LogEvent>(log);
  return {
    onLinkUp(neighbour, dialled) {
      lastFailure.delete(neighbour);
      log.write({ event: 'link-up', neighbour, dialled });
    },
    onLinkDown(neighbour, cause) {
      log.write({ event: 'link-down', neighbour, ...cause });
    },
    onLinkFailed(neighbour: string | undefined, cause: LinkCause) {
      const event = { event: 'link-failed', neighbour, ...cause } as const;
      if (neighbour === undefined) return strangers.write(event);
      if (lastFailure.get(neighbour) === cause.detail) return;
      lastFailure.set(neighbour, cause.detail);
      log.write(event);
    },
    onLag({ kind, of, name, reports, seconds }) {
      if (of === 'origin') {
        if (kind === 'lagging') log.write({ event: 'lagging', origin: name, reports, seconds });
        else log.write({ event: 'caught-up', origin: name, seconds });
      } else if (kind === 'lagging') {
        log.write({ event: 'neighbour-lagging', neighbour: name, reports, seconds });
      } else log.write({ event: 'neighbour-caught-up', neighbour: name, seconds });
    },
  };
}
