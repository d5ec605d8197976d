import { isLocation, isObject, type Members } from './answers.ts';
import { readLastSeen, type LastSeen } from './last-seen.ts';
import type { Location } from './location.ts';

/** Why a client has left a geofence. */
export type LeaveReason = 'moved' | 'geofence-removed' | 'client-removed' | 'client-forgotten';

/** What happens in a herd, as a subscriber gets it. */
export type HerdEvent =
  /** Where a client is now. */
  | { readonly type: 'location'; readonly location: Location }
  /** A client has entered a geofence, by this fix. */
  | {
      readonly type: 'enter';
      readonly geofence: string;
      readonly client: string;
      readonly location: Location;
    }
  /** A client has left a geofence; where it has moved, by this fix. */
  | {
      readonly type: 'leave';
      readonly geofence: string;
      readonly client: string;
      readonly reason: LeaveReason;
      readonly location?: Location;
    }
  /** A client is not in the area, or the geofences, that were asked for any more. */
  | { readonly type: 'left'; readonly client: string }
  /** A client was removed. */
  | { readonly type: 'removed'; readonly client: string }
  /** With `seen` in the filter: a client was seen, and did not say where it is. */
  | (LastSeen & {
      readonly type: 'seen';
      /** The server that received it. */
      readonly server: string;
      /** Through what: a phone app, such as `traccar`, or `report` for a report older than the location. */
      readonly app: string;
    })
  /** All that there was has come; what comes now is news. Once, and again after each `reset`. */
  | { readonly type: 'ready' }
  /** What came before does not count any more: everything that matches follows. */
  | { readonly type: 'reset' };

/** Reads an event of a stream; `undefined` for one that this version does not know. */
export function parseEvent(kind: string, text: string): HerdEvent | undefined {
  if (kind === 'ready' || kind === 'reset') return { type: kind };
  const data: unknown = JSON.parse(text);
  if (kind === 'location') return isLocation(data) ? { type: kind, location: data } : undefined;
  if (!isObject(data) || typeof data['client'] !== 'string') return undefined;
  const { client, geofence, location } = data;
  if (kind === 'left' || kind === 'removed') return { type: kind, client };
  if (kind === 'seen') return seenEvent(client, data);
  if (typeof geofence !== 'string') return undefined;
  if (kind === 'enter' && isLocation(location)) return { type: kind, geofence, client, location };
  if (kind !== 'leave' || !isLeaveReason(data['reason'])) return undefined;
  const where = isLocation(location) ? { location } : {};
  return { type: kind, geofence, client, reason: data['reason'], ...where };
}

function seenEvent(client: string, data: Members): HerdEvent | undefined {
  const { server, app } = data;
  const seen = readLastSeen(client, data);
  if (seen === undefined || typeof server !== 'string' || typeof app !== 'string') return undefined;
  return { type: 'seen', ...seen, server, app };
}

function isLeaveReason(value: unknown): value is LeaveReason {
  return (
    value === 'moved' ||
    value === 'geofence-removed' ||
    value === 'client-removed' ||
    value === 'client-forgotten'
  );
}
