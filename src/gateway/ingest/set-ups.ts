import { setUp as setUpColota } from './colota/set-up.ts';
import { setUp as setUpGpsLogger } from './gpslogger/set-up.ts';
import { setUp as setUpOsmAnd } from './osmand/set-up.ts';
import { setUp as setUpOverland } from './overland/set-up.ts';
import { setUp as setUpOwnTracks } from './owntracks/set-up.ts';
import type { PhoneToSetUp, SetUp } from './set-up.ts';
import { setUp as setUpTraccarForward } from './traccar-forward/set-up.ts';
import { setUp as setUpTraccar } from './traccar/set-up.ts';
import { setUp as setUpUlogger } from './ulogger/set-up.ts';

/** How each app is set up, by the names of apps in the path. It does no I/O. */
export const SET_UPS: ReadonlyMap<string, (phone: PhoneToSetUp) => SetUp> = new Map([
  ['owntracks', setUpOwnTracks],
  ['traccar', setUpTraccar],
  ['osmand', setUpOsmAnd],
  ['gpslogger', setUpGpsLogger],
  ['overland', setUpOverland],
  ['colota', setUpColota],
  ['ulogger', setUpUlogger],
  ['traccar-forward', setUpTraccarForward],
]);

/** The app that speaks for many phones at once: its token may be for several clients. */
export const APP_OF_MANY = 'traccar-forward';
