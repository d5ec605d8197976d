import { type AppRequest, type Reading, unused } from '../app.ts';
import { fieldsOf, fixOf, numberOf, textOf, timeOf } from '../values.ts';

/** μlogger: a form, whose `action` says what it is. Speeds are in metres a second. */
export function parse({ query, body }: AppRequest): Reading {
  const fields = fieldsOf(query, body);
  const action = fields.get('action');
  if (action === undefined) return unused('not-understood');
  const device = textOf(fields.get('user'));
  if (action !== 'addpos') return unused('other-message', device);
  return fixOf(fields.get('lat'), fields.get('lon'), {
    device,
    time: timeOf(fields.get('time')),
    attributes: {
      accuracyM: numberOf(fields.get('accuracy')),
      altitudeM: numberOf(fields.get('altitude')),
      speedMps: numberOf(fields.get('speed')),
      courseDeg: numberOf(fields.get('bearing')),
    },
  });
}
