import type { AppRequest, Reading } from '../app.ts';
import {
  fieldsOf,
  fixOf,
  flagOf,
  KMH_MPS,
  numberOf,
  timeOf,
  times,
  unlessZero,
} from '../values.ts';

/**
 * GPSLogger: the fields of `?%ALL`, in the query or in a body, which has no type. `spd` is in metres a second,
 * `spd_kph` in kilometres an hour; 0.0 stands for an accuracy, an altitude and a course that it does not know.
 */
export function parse({ query, body }: AppRequest): Reading {
  const fields = fieldsOf(query, body);
  return fixOf(fields.get('lat'), fields.get('lon'), {
    device: fields.get('id') ?? fields.get('aid') ?? fields.get('ser'),
    time: timeOf(fields.get('timestamp')) ?? timeOf(fields.get('time')),
    attributes: {
      accuracyM: unlessZero(numberOf(fields.get('acc'))),
      altitudeM: numberOf(fields.get('alt')) || undefined,
      speedMps: numberOf(fields.get('spd')) ?? times(numberOf(fields.get('spd_kph')), KMH_MPS),
      courseDeg: unlessZero(numberOf(fields.get('dir'))),
      batteryPercent: numberOf(fields.get('batt')),
      charging: flagOf(fields.get('ischarging')),
    },
  });
}
