import { type AppRequest, type Reading, unused } from '../app.ts';
import { fixOf, isObject, jsonOf, KNOT_MPS, numberOf, textOf, timeOf, times } from '../values.ts';

/** What a Traccar server forwards with `forward.type=json`: the speed is in knots. */
export function parse({ body }: AppRequest): Reading {
  const value = jsonOf(body);
  if (!isObject(value)) return unused('not-understood');
  const { position } = value;
  const device = isObject(value['device']) ? textOf(value['device']['uniqueId']) : undefined;
  if (!isObject(position)) return unused('no-position', device);
  const attributes = isObject(position['attributes']) ? position['attributes'] : {};
  const charging = attributes['charge'];
  return fixOf(position['latitude'], position['longitude'], {
    device,
    time: timeOf(position['fixTime']),
    attributes: {
      accuracyM: numberOf(position['accuracy']) || undefined,
      altitudeM: numberOf(position['altitude']),
      speedMps: times(numberOf(position['speed']), KNOT_MPS),
      courseDeg: numberOf(position['course']),
      batteryPercent: numberOf(attributes['batteryLevel']),
      charging: typeof charging === 'boolean' ? charging : undefined,
    },
  });
}
