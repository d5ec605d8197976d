/** An app that reports to the herd. */
export interface PhoneApp {
  /** As the API calls it. */
  readonly id: string;
  readonly name: string;
  readonly runsOn: string;
  readonly about: string;
}

/** The apps, the one to begin with first. */
export const PHONE_APPS: readonly PhoneApp[] = [
  {
    id: 'owntracks',
    name: 'OwnTracks',
    runsOn: 'Android, iOS',
    about: 'shows friends on its map as well',
  },
  { id: 'traccar', name: 'Traccar Client', runsOn: 'Android, iOS', about: 'the simplest' },
  { id: 'osmand', name: 'OsmAnd', runsOn: 'Android, iOS', about: 'a map that reports on trips' },
  { id: 'gpslogger', name: 'GPSLogger', runsOn: 'Android', about: 'for those who like settings' },
  { id: 'overland', name: 'Overland', runsOn: 'iOS', about: 'keeps all fixes until they are sent' },
  { id: 'colota', name: 'Colota', runsOn: 'Android', about: 'saves the battery' },
  { id: 'ulogger', name: 'μlogger', runsOn: 'Android', about: 'logs tracks' },
  {
    id: 'traccar-forward',
    name: 'Traccar server',
    runsOn: 'a server',
    about: 'forwards all its trackers',
  },
];

/** The app of a server that speaks for many phones. */
export const APP_OF_MANY = 'traccar-forward';

/** A client ID that a name suggests: `Anna B.` is `anna-b`. */
export function idOf(name: string): string {
  const words = name.toLocaleLowerCase().match(/[\p{L}\p{M}\p{N}_.]+/gu) ?? [];
  return words.join('-').replace(/\.+$/, '');
}
