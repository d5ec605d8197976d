import type { AppRequest, Reading } from '../app.ts';
import { fieldsOf, fixOf, numberOf, timeOf, unlessZero } from '../values.ts';

/**
 * OsmAnd: the fields of a template, in the query. `hdop` is the accuracy in metres, whatever its name; `speed` is in
 * metres a second, `timestamp` in milliseconds.
 */
export function parse({ query, body }: AppRequest): Reading {
  const fields = fieldsOf(query, body);
  return fixOf(fields.get('lat'), fields.get('lon'), {
    device: fields.get('id') ?? fields.get('deviceid'),
    time: timeOf(fields.get('timestamp')),
    attributes: {
      accuracyM: unlessZero(numberOf(fields.get('hdop') ?? fields.get('accuracy'))),
      altitudeM: numberOf(fields.get('altitude')),
      speedMps: numberOf(fields.get('speed')),
      courseDeg: numberOf(fields.get('bearing')),
      batteryPercent: numberOf(fields.get('batt')),
    },
  });
}
