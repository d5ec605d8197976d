import type { Transition } from '../../service/geofences/transition.ts';
import type { LastSeen } from '../../service/signs-of-life.ts';
import type { Location } from '../../store/location.ts';
import type { SignOfLife } from '../../store/sign-of-life.ts';

/** What a hook is to send. */
export type HookEvent =
  | {
      readonly kind: 'location';
      readonly location: Location;
      /** The names of the geofences that the client is in. */
      readonly geofences: readonly string[];
      readonly lastSeen: LastSeen;
    }
  | { readonly kind: 'enter' | 'leave'; readonly transition: Transition }
  /** The client was seen, and did not say where it is; its ID, of one character a byte. */
  | { readonly kind: 'seen'; readonly client: string; readonly sign: SignOfLife }
  /** The client was removed; its ID in the same way. */
  | { readonly kind: 'removed'; readonly client: string };

/**
 * Events as they may be sent now: of clients that are not known any more nobody is told where they were.
 *
 * @param isKnown whether a client is known, by its ID of one character a byte
 * @returns the same list where nothing of it has changed
 */
export function withoutRemoved(
  events: readonly HookEvent[],
  isKnown: (client: string) => boolean,
): readonly HookEvent[] {
  const maySay = (event: HookEvent): boolean => {
    const location = locationOf(event);
    return location === undefined || isKnown(location.client);
  };
  if (events.every(maySay)) return events;
  return events.flatMap((event) => (maySay(event) ? event : withoutLocation(event)));
}

/** Where an event says that its client is, if it does. */
function locationOf(event: HookEvent): Location | undefined {
  if (event.kind === 'removed' || event.kind === 'seen') return undefined;
  return event.kind === 'location' ? event.location : event.transition.location;
}

function withoutLocation(event: HookEvent): readonly HookEvent[] {
  if (!('transition' in event)) return [];
  return [{ ...event, transition: { ...event.transition, location: undefined } }];
}
