import { type AppRequest, joinReadings, type Reading, unused } from '../app.ts';
import {
  fixOf,
  isObject,
  jsonOf,
  KMH_MPS,
  numberOf,
  textOf,
  timeOf,
  times,
  unlessNegative,
} from '../values.ts';

/** What Overland's OwnTracks mode counts its seconds from: 2001, as iOS does. */
const SECONDS_TO_2001 = 978_307_200;

/**
 * Overland: GeoJSON features, the current one first, so that it is not behind a thousand old ones. Speeds are in
 * metres a second, the battery from 0 to 1, and a negative value means unknown.
 */
export function parse({ body }: AppRequest): Reading {
  const value = jsonOf(body);
  if (!isObject(value)) return unused('not-understood');
  if (value['_type'] !== undefined) return parseOwnTracks(value);
  const { locations, current } = value;
  const features: unknown[] = Array.isArray(locations) ? locations : [];
  if (features.length === 0 && current === undefined) return unused('no-position');
  const all = current === undefined || current === null ? features : [current, ...features];
  return joinReadings(all.map(parseFeature));
}

function parseFeature(feature: unknown): Reading {
  if (!isObject(feature)) return unused('not-understood');
  const geometry = isObject(feature['geometry']) ? feature['geometry'] : {};
  const properties = isObject(feature['properties']) ? feature['properties'] : {};
  const { coordinates } = geometry;
  const [longitude, latitude] = Array.isArray(coordinates) ? (coordinates as unknown[]) : [];
  return fixOf(latitude, longitude, {
    device: textOf(properties['device_id']),
    time: timeOf(properties['timestamp']),
    attributes: {
      accuracyM: numberOf(properties['horizontal_accuracy']),
      altitudeM: numberOf(properties['altitude']),
      speedMps: numberOf(properties['speed']),
      courseDeg: numberOf(properties['course']),
      batteryPercent: times(unlessNegative(numberOf(properties['battery_level'])), 100),
      charging: chargingOf(properties['battery_state']),
    },
  });
}

function chargingOf(state: unknown): boolean | undefined {
  if (state === 'charging' || state === 'full') return true;
  return state === 'unplugged' ? false : undefined;
}

/** Its OwnTracks mode has OwnTracks' names, and seconds since 2001. */
function parseOwnTracks(value: Readonly<Record<string, unknown>>): Reading {
  const device = textOf(value['tid']);
  if (value['_type'] !== 'location') return unused('other-message', device);
  const since2001 = numberOf(value['tst']);
  return fixOf(value['lat'], value['lon'], {
    device,
    time: since2001 === undefined ? undefined : timeOf(since2001 + SECONDS_TO_2001),
    attributes: {
      accuracyM: numberOf(value['acc']),
      altitudeM: numberOf(value['alt']),
      speedMps: times(unlessNegative(numberOf(value['vel'])), KMH_MPS),
      courseDeg: numberOf(value['cog']),
      batteryPercent: numberOf(value['batt']),
    },
  });
}
