import type { PhoneApp } from './app.ts';
import { parse as parseColota } from './colota/parse.ts';
import { respond as respondToColota } from './colota/respond.ts';
import { parse as parseGpsLogger } from './gpslogger/parse.ts';
import { respond as respondToGpsLogger } from './gpslogger/respond.ts';
import { parse as parseOsmAnd } from './osmand/parse.ts';
import { respond as respondToOsmAnd } from './osmand/respond.ts';
import { parse as parseOverland } from './overland/parse.ts';
import { respond as respondToOverland } from './overland/respond.ts';
import { parse as parseOwnTracks } from './owntracks/parse.ts';
import { respond as respondToOwnTracks } from './owntracks/respond.ts';
import { parse as parseTraccarForward } from './traccar-forward/parse.ts';
import { respond as respondToTraccarForward } from './traccar-forward/respond.ts';
import { parse as parseTraccar } from './traccar/parse.ts';
import { respond as respondToTraccar } from './traccar/respond.ts';
import { parse as parseUlogger } from './ulogger/parse.ts';
import { respond as respondToUlogger } from './ulogger/respond.ts';

/** The apps whose requests are understood, by their names in the path. Each has a folder of its own. */
export const PHONE_APPS: ReadonlyMap<string, PhoneApp> = new Map(
  [
    { name: 'owntracks', parse: parseOwnTracks, respond: respondToOwnTracks },
    { name: 'traccar', parse: parseTraccar, respond: respondToTraccar },
    { name: 'osmand', parse: parseOsmAnd, respond: respondToOsmAnd },
    { name: 'gpslogger', parse: parseGpsLogger, respond: respondToGpsLogger },
    { name: 'overland', parse: parseOverland, respond: respondToOverland },
    { name: 'colota', parse: parseColota, respond: respondToColota },
    { name: 'ulogger', parse: parseUlogger, respond: respondToUlogger },
    { name: 'traccar-forward', parse: parseTraccarForward, respond: respondToTraccarForward },
  ].map((app) => [app.name, app]),
);
