import { type AppRequest, type Reading, unused } from '../app.ts';
import {
  chargingOf,
  fieldsOf,
  fixOf,
  isObject,
  jsonOf,
  numberOf,
  textOf,
  timeOf,
} from '../values.ts';

/** Colota: JSON, or the same names in the query. `vel` is in metres a second, here and in its templates. */
export function parse({ query, body }: AppRequest): Reading {
  const value = body.length === 0 ? Object.fromEntries(fieldsOf(query, body)) : jsonOf(body);
  if (!isObject(value)) return unused('not-understood');
  return fixOf(value['lat'], value['lon'], {
    device: textOf(query.get('id') ?? value['id'] ?? value['device'] ?? value['tid']),
    time: timeOf(value['tst'] ?? value['timestamp']),
    attributes: {
      accuracyM: numberOf(value['acc']),
      altitudeM: numberOf(value['alt']),
      speedMps: numberOf(value['vel']),
      courseDeg: numberOf(value['bear'] ?? value['cog']),
      batteryPercent: numberOf(value['batt']),
      charging: chargingOf(value['bs']),
    },
  });
}
