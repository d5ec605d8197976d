import type { Location } from '../../store/location.ts';
import type { Transition } from '../../service/geofences/transition.ts';
import { formatClientId } from '../../protocol/client-id.ts';
import type { Form, FormContext } from './form.ts';
import type { HookEvent } from './hook-event.ts';

const E3 = 1000;
/** Kilometres an hour of a metre a second. */
const KMH = 3.6;
/** What is in no tracker ID, which is two letters or digits. */
const NO_LETTERS = /[^A-Za-z0-9]/g;
/** Home Assistant passes over what is of accuracy 0, or of none. */
const LEAST_ACCURACY_M = 1;

/**
 * What Home Assistant's webhook of OwnTracks takes (https://www.home-assistant.io/integrations/owntracks/): a
 * `location` or a `transition` of OwnTracks a request, whole numbers in its units.
 *
 *     {"_type":"location","topic":"owntracks/anna/phone","tid":"ne","lat":53.07,"lon":8.8,"tst":1700000000,"acc":12}
 */
export const HOME_ASSISTANT_FORM: Form = {
  maxEvents: 1,
  encode: ([event], context) =>
    JSON.stringify(event === undefined ? {} : messageOf(event, context)),
};

function messageOf(event: HookEvent, context: FormContext): Readonly<Record<string, unknown>> {
  switch (event.kind) {
    case 'location':
      return {
        _type: 'location',
        ...whoIs(event.location.client, context),
        ...fixOf(event.location),
      };
    case 'removed':
    case 'seen':
      throw new Error(`Home Assistant is not told of ${event.kind}.`);
    default:
      return transitionOf(event.transition, context);
  }
}

function transitionOf(
  { kind, geofence, client, location, noticedMs }: Transition,
  context: FormContext,
): Readonly<Record<string, unknown>> {
  return {
    _type: 'transition',
    ...whoIs(client.toString('latin1'), context),
    event: kind,
    desc: geofence,
    // Without a fix the region is left all the same: Home Assistant asks whether they are null.
    ...(location === undefined
      ? { lat: null, lon: null, tst: Math.floor(noticedMs / E3) }
      : fixOf(location)),
  };
}

/**
 * Whose it is, as user and device: a client `anna/phone` is the device `phone` of `anna`, as it is where OwnTracks
 * reports itself; another one is the device of the herd's name.
 */
function whoIs(latin1: string, { herd }: FormContext): Readonly<Record<string, string>> {
  const client = formatClientId(latin1);
  const [user = '', device = '', ...others] = client.split('/');
  const isPair = user !== '' && device !== '' && others.length === 0;
  const name = isPair ? client : `${client.replaceAll('/', '%2F')}/${herd}`;
  return { topic: `owntracks/${name}`, tid: client.replace(NO_LETTERS, '').slice(-2) };
}

function fixOf({ position, time, attributes }: Location): Readonly<Record<string, number>> {
  const { accuracyM = 0, altitudeM, speedMps, courseDeg, batteryPercent, charging } = attributes;
  const known = {
    alt: altitudeM,
    vel: speedMps === undefined ? undefined : speedMps * KMH,
    cog: courseDeg,
    batt: batteryPercent,
    bs: charging === undefined ? undefined : charging ? 2 : 1,
  };
  const whole = Object.entries(known).flatMap(([name, value]): [string, number][] =>
    value === undefined ? [] : [[name, Math.round(value)]],
  );
  return {
    lat: position.latitude,
    lon: position.longitude,
    tst: time.seconds,
    acc: Math.max(LEAST_ACCURACY_M, Math.round(accuracyM)),
    ...Object.fromEntries(whole),
  };
}
