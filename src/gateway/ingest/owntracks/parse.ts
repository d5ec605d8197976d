import { type AppRequest, type Reading, unused } from '../app.ts';
import {
  chargingOf,
  fixOf,
  isObject,
  jsonOf,
  KMH_MPS,
  numberOf,
  textOf,
  timeOf,
  times,
} from '../values.ts';

/**
 * OwnTracks in its HTTP mode: JSON, whatever the media type says. `vel` is in kilometres an hour. Zeros are left
 * out, and numbers can come as texts.
 */
export function parse(request: AppRequest): Reading {
  if (request.body.length === 0) return unused('other-message'); // a friend was deleted
  const value = jsonOf(request.body);
  if (!isObject(value)) return unused('not-understood');
  if (value['_type'] === 'encrypted') return unused('encrypted');
  if (value['_type'] !== 'location') return unused('other-message');
  return fixOf(value['lat'], value['lon'], {
    device: deviceOf(request, value),
    time: timeOf(value['tst']),
    attributes: {
      accuracyM: numberOf(value['acc']),
      altitudeM: numberOf(value['alt']),
      speedMps: times(numberOf(value['vel']), KMH_MPS),
      courseDeg: numberOf(value['cog']),
      batteryPercent: numberOf(value['batt']),
      charging: chargingOf(value['bs']),
    },
  });
}

/**
 * Who it is, as user and device where both are known. A phone on which nothing is set says `user` and `device`, as
 * do all others of that kind: a token for each tells them apart.
 */
function deviceOf(
  { headers, query }: AppRequest,
  message: Readonly<Record<string, unknown>>,
): string | undefined {
  const user = basicUser(headers.authorization) ?? headerOf(headers['x-limit-u']);
  const device = headerOf(headers['x-limit-d']);
  if (user !== undefined) return join(user, device);
  const queryUser = textOf(query.get('u'));
  if (queryUser !== undefined) return join(queryUser, textOf(query.get('d')));
  const [, topicUser, topicDevice] = textOf(message['topic'])?.split('/') ?? [];
  if (topicUser !== undefined) return join(topicUser, topicDevice);
  return textOf(message['tid']);
}

function join(user: string, device: string | undefined): string {
  return device === undefined ? user : `${user}/${device}`;
}

function headerOf(value: string | string[] | undefined): string | undefined {
  return textOf(Array.isArray(value) ? value[0] : value);
}

/** The user's name of Basic authentication (RFC 7617). */
function basicUser(authorization: string | undefined): string | undefined {
  const [, base64] = /^basic +(\S+) *$/i.exec(authorization ?? '') ?? [];
  if (base64 === undefined) return undefined;
  const pair = Buffer.from(base64, 'base64').toString('utf8');
  return textOf(pair.slice(0, Math.max(0, pair.indexOf(':'))));
}
