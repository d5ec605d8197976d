import { isFace, MAX_FACE_CHARS } from '../../../service/face.ts';
import {
  type AppRequest,
  type Extras,
  joinReadings,
  type Reading,
  unused,
  type Waypoint,
} from '../app.ts';
import { isTid } from '../../friends/tids.ts';
import {
  chargingOf,
  fixOf,
  isObject,
  KMH_MPS,
  numberOf,
  textOf,
  timeOf,
  times,
} from '../values.ts';
import { deviceOf } from './device.ts';
import { messageOf } from './message.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The maximum number of waypoints in one message: more on a phone are a mistake. */
const MAX_WAYPOINTS = 100;
/** Characters that nobody would see. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]+/gu;
const LINE_ENDS = /\s+/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * OwnTracks in its HTTP mode: JSON, whatever the media type says. `vel` is in kilometres an hour. Zeros are left
 * out, and numbers can come as texts.
 */
export function parse(request: AppRequest): Reading {
  const message = messageOf(request);
  if (typeof message === 'string') return unused(message);
  const { value, isEncrypted } = message;
  const device = deviceOf(request, value);
  const extras = { device, isEncrypted, card: undefined, waypoints: [] };
  switch (value['_type']) {
    case 'location':
      return { ...locationOf(value, device), extras };
    case 'card':
      return cardOf(value, extras);
    case 'waypoint':
      return waypointsOf([value], extras);
    case 'waypoints':
      return waypointsOf(value['waypoints'], extras);
    default:
      return { ...unused('other-message'), extras };
  }
}

function locationOf(value: Fields, device: string | undefined): Reading {
  const tid = textOf(value['tid']);
  return fixOf(value['lat'], value['lon'], {
    device,
    time: timeOf(value['tst']),
    attributes: {
      accuracyM: numberOf(value['acc']),
      altitudeM: numberOf(value['alt']),
      speedMps: times(numberOf(value['vel']), KMH_MPS),
      courseDeg: numberOf(value['cog']),
      batteryPercent: numberOf(value['batt']),
      charging: chargingOf(value['bs']),
      tid: isTid(tid) ? tid : undefined,
    },
  });
}

/** A card has a name or a picture; a picture that is too large, or none, is left out. */
function cardOf(value: Fields, extras: Extras): Reading {
  const name = visible(textOf(value['name']));
  const said = typeof value['face'] === 'string' ? value['face'].replace(LINE_ENDS, '') : '';
  const isTooLarge = said.length > MAX_FACE_CHARS;
  const face = isTooLarge || !BASE64.test(said) || !isFace(said) ? undefined : said;
  if (name === undefined && face === undefined) {
    return { ...unused(isTooLarge ? 'face-too-large' : 'other-message'), extras };
  }
  const card = { name, face };
  const reasons = isTooLarge ? (['face-too-large'] as const) : [];
  return { fixes: [], signs: [], unused: reasons, extras: { ...extras, card } };
}

function waypointsOf(value: unknown, extras: Extras): Reading {
  if (!Array.isArray(value)) return { ...unused('invalid-waypoint'), extras };
  const all = value.slice(0, MAX_WAYPOINTS).map(waypointOf);
  const waypoints = all.filter((each) => each !== undefined);
  const invalid = Array.from({ length: value.length - waypoints.length }, () =>
    unused('invalid-waypoint'),
  );
  return { ...joinReadings(invalid), extras: { ...extras, waypoints } };
}

/** Beacons, and what was marked without a radius, are no areas. */
function waypointOf(value: unknown): Waypoint | undefined {
  if (!isObject(value)) return undefined;
  const name = visible(textOf(value['desc']));
  const radiusM = numberOf(value['rad']);
  const [fix] = fixOf(value['lat'], value['lon'], NO_ATTRIBUTES).fixes;
  if (name === undefined || fix === undefined) return undefined;
  if (radiusM === undefined || radiusM <= 0) return undefined;
  return { name, latitude: fix.latitude, longitude: fix.longitude, radiusM };
}

const NO_ATTRIBUTES = { device: undefined, time: undefined, attributes: {} };

/** A text of characters that can be seen, one space for what could not. */
function visible(text: string | undefined): string | undefined {
  return textOf(text?.replace(UNSEEN, ' ').replace(LINE_ENDS, ' '));
}
