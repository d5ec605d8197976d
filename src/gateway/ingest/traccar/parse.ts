import { type AppRequest, joinReadings, type Reading, unused } from '../app.ts';
import {
  fieldsOf,
  fixOf,
  flagOf,
  isObject,
  jsonOf,
  KNOT_MPS,
  numberOf,
  textOf,
  timeOf,
  times,
  unlessNegative,
} from '../values.ts';

const JSON_START = /^\s*[[{]/;

/**
 * Traccar Client: a form or a query up to version 8 and from version 10 on, with the speed in knots; JSON in version
 * 9, with the speed in metres a second and the battery from 0 to 1, where -1 means unknown.
 */
export function parse({ query, body }: AppRequest): Reading {
  if (!JSON_START.test(body.toString('latin1', 0, 100))) return parseFields(fieldsOf(query, body));
  const value = jsonOf(body);
  const parts: unknown[] = Array.isArray(value) ? value : [value];
  if (parts.length === 0) return unused('no-position');
  return joinReadings(parts.map((part) => parsePart(part, query.get('id') ?? undefined)));
}

function parseFields(fields: ReadonlyMap<string, string>): Reading {
  // `location=LAT,LON`, of other senders that speak to the same port.
  const [north, east] = fields.get('location')?.split(',') ?? [];
  return fixOf(fields.get('lat') ?? north, fields.get('lon') ?? east, {
    device: textOf(fields.get('id') ?? fields.get('deviceid')),
    time: timeOf(fields.get('timestamp')),
    attributes: {
      accuracyM: numberOf(fields.get('accuracy')),
      altitudeM: numberOf(fields.get('altitude')),
      speedMps: times(numberOf(fields.get('speed')), KNOT_MPS),
      courseDeg: numberOf(fields.get('bearing') ?? fields.get('heading')),
      batteryPercent: numberOf(fields.get('batt')),
      charging: flagOf(fields.get('charge')),
    },
  });
}

function parsePart(part: unknown, idOfQuery: string | undefined): Reading {
  if (!isObject(part)) return unused('not-understood');
  const { location } = part;
  const device = textOf(part['device_id']) ?? idOfQuery;
  if (!isObject(location)) return unused('no-position', device);
  const coords = isObject(location['coords']) ? location['coords'] : {};
  const battery = isObject(location['battery']) ? location['battery'] : {};
  const charging = battery['is_charging'];
  return fixOf(coords['latitude'], coords['longitude'], {
    device,
    time: timeOf(location['timestamp']),
    attributes: {
      accuracyM: numberOf(coords['accuracy']),
      altitudeM: numberOf(coords['altitude']),
      speedMps: numberOf(coords['speed']),
      courseDeg: numberOf(coords['heading']),
      batteryPercent: times(unlessNegative(numberOf(battery['level'])), 100),
      charging: typeof charging === 'boolean' ? charging : undefined,
    },
  });
}
