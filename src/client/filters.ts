import { InvalidArgumentError } from './errors.ts';
import { requireDegrees } from './fixed-report.ts';

/** A point, in degrees (WGS 84). */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** An area between two meridians and two parallels, in degrees; across the 180th meridian west is above east. */
export interface Box {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** Which clients: those to which all of it applies. */
export interface ClientFilter {
  /** Those with this ID, in which `*` matches any characters, and `\*` a star. */
  readonly name?: string | undefined;
  /** The members of this group. */
  readonly group?: string | undefined;
}

/** Which clients are to be listed. */
export interface ListFilter extends ClientFilter {
  readonly box?: Box | undefined;
  /** Those whose location is no older, in seconds. */
  readonly maxAgeSeconds?: number | undefined;
  /** The most clients; left out, all. */
  readonly limit?: number | undefined;
}

/** Who is near. */
export interface NearFilter extends ClientFilter {
  /** No farther than so many metres. */
  readonly radiusM?: number | undefined;
  readonly maxAgeSeconds?: number | undefined;
  /** The most clients; left out, all. */
  readonly limit?: number | undefined;
}

/** What a subscriber wants to know of. */
export interface EventFilter extends ClientFilter {
  /** These clients, 100 at most. */
  readonly clients?: readonly string[] | undefined;
  readonly box?: Box | undefined;
  /** Those no farther from a point than so many metres. */
  readonly near?: (Point & { readonly radiusM: number }) | undefined;
  /** Those that are in one of these geofences, 100 at most, and who enters and leaves these alone. */
  readonly geofences?: readonly string[] | undefined;
  /** Whether `seen` is wanted as well: of clients that were seen, and did not say where they are. */
  readonly seen?: boolean | undefined;
}

/** Which places near a client. */
export interface PlacesFilter {
  /** No farther than so many metres, 1 to 50,000; left out: 1000. */
  readonly radiusM?: number | undefined;
  /** The most places, 1 to 20; left out: 20. */
  readonly limit?: number | undefined;
  /** What comes first: what is known best, or what is nearest. */
  readonly rank?: 'prominence' | 'distance' | undefined;
  /** Only places of one of these types, 10 at most: docs/PLACES.md lists them. */
  readonly types?: readonly string[] | undefined;
  /** Of names and addresses (BCP 47). */
  readonly language?: string | undefined;
}

/** The values of a query, by their names; what is `undefined` is not in it. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** A path with its query. */
export function pathOf(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const each of typeof value === 'object' ? value : [value]) {
      parameters.append(name, String(each));
    }
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A filter of events as a query. @throws {InvalidArgumentError} where an area is none */
export function eventQuery(filter: EventFilter): Query {
  const { clients, name, group, box, near, geofences, seen = false } = filter;
  return {
    client: clients,
    name,
    group,
    bbox: box && boxText(box),
    near: near && pointText(near),
    radius: near?.radiusM,
    geofence: geofences,
    seen: seen ? 'true' : undefined,
  };
}

/** A name as a segment of a path. @throws {InvalidArgumentError} where it cannot be one */
export function segmentOf(what: string, name: string): string {
  if (name !== '' && !/^\.{1,2}$|\p{Cs}/u.test(name)) return encodeURIComponent(name);
  // URLs have `.` and `..` for something else, however they are encoded.
  throw new InvalidArgumentError(`${what}: found ${JSON.stringify(name)}, which no URL can have`);
}

/** A point in the format of a query. @throws {InvalidArgumentError} if it is invalid */
export function pointText({ latitude, longitude }: Point): string {
  requireDegrees('latitude', latitude, 90);
  requireDegrees('longitude', longitude, 180);
  return `${decimal(latitude)},${decimal(longitude)}`;
}

/** A box in the format of a query. @throws {InvalidArgumentError} if it is invalid */
export function boxText({ west, south, east, north }: Box): string {
  requireDegrees('west', west, 180);
  requireDegrees('east', east, 180);
  requireDegrees('south', south, 90);
  requireDegrees('north', north, 90);
  if (south > north) throw new InvalidArgumentError('box: expected south below north');
  return [west, south, east, north].map(decimal).join(',');
}

/** Decimal digits: small numbers have an exponent else, which a gateway does not take. */
function decimal(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '');
}
