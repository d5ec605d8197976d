import type { Instant } from '../../protocol/timestamp.ts';
import type { Location } from '../../service/location-service.ts';
import type { LeaveReason, Transition } from '../../service/geofences/transition.ts';
import { formatClientId } from '../../protocol/client-id.ts';
import { describeLocation, type ApiLocation } from './location.ts';

/** The data of `enter` and `leave`. */
interface ApiTransition {
  readonly geofence: string;
  readonly client: string;
  /** Why it left. */
  readonly reason?: LeaveReason;
  /** The fix that shows it, where one does. */
  readonly location?: ApiLocation;
}

/** A transition as subscribers are told it. */
export function describeTransition(transition: Transition, now: Instant): ApiTransition {
  const { geofence, client, reason, location } = transition;
  return {
    geofence,
    client: formatClientId(client.toString('latin1')),
    ...(reason === undefined ? {} : { reason }),
    ...(location === undefined ? {} : { location: describeFix(location, now) }),
  };
}

/** A location as it was then. */
function describeFix(location: Location, now: Instant): ApiLocation {
  return describeLocation(location, now, { geofences: [], lastSeen: location });
}
