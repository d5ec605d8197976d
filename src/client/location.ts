import type { KnownAttributes } from '../protocol/attributes.ts';

/** What an app may say beside where a client is: numbers, texts and booleans by names of letters and digits. */
export type ExtraAttributes = Readonly<Record<string, number | string | boolean>>;

/** Where a client is, as it is reported. */
export interface Report extends KnownAttributes {
  /** The client's ID: UTF-8 without white space, or `base64:` and its bytes in base64url. */
  readonly client: string;
  /** Degrees north (WGS 84), -90 to 90. */
  readonly latitude: number;
  /** Degrees east, -180 to 180. */
  readonly longitude: number;
  /**
   * When the client was there: a `Date`, or a text as RFC 3339 has it, to the nanosecond. Left out, it is the
   * moment when the report is given; the same one, however often it has to be sent.
   */
  readonly time?: Date | string | undefined;
  readonly attributes?: ExtraAttributes | undefined;
}

/** The last known location of a client. Times are RFC 3339, up to nanoseconds; POSIX seconds after the year 9999. */
export interface Location extends KnownAttributes {
  /** The client's ID, in the same form as in a `Report`. */
  readonly client: string;
  /** Degrees north (WGS 84). */
  readonly latitude: number;
  /** Degrees east. */
  readonly longitude: number;
  /** When the client was there, as it said. */
  readonly time: string;
  readonly attributes?: ExtraAttributes;
  /** The names of the geofences that it is in, where there are any. */
  readonly geofences?: readonly string[];
  /** The server that received the report from the client. */
  readonly server: string;
  /** When that was. */
  readonly receivedAt: string;
  /** Receipt minus time in seconds, with sign and nine decimals. */
  readonly skew: string;
  /** Since the time, or since the receipt where that is earlier, when it was answered. */
  readonly ageSeconds: number;
  /** When a server last received a report of the client. */
  readonly lastSeenAt: string;
}

/** A location in a list around a point. */
export interface NearbyLocation extends Location {
  /** From the point or the client that was asked about, in metres. */
  readonly distanceM: number;
}

/** A place near a client. What the provider does not know of it is left out. */
export interface Place {
  /** The provider's ID of the place. */
  readonly id: string;
  /** In the language that was asked for, where it has one in it. */
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  /** From the client, in metres. */
  readonly distanceM: number;
  readonly types: readonly string[];
  /** An address, or the region that it is in. */
  readonly vicinity: string;
  readonly openingHours?: {
    /** Whether it was open when the provider was asked, which may be a while ago. */
    readonly openNow?: boolean;
    /** A line for each day, to be shown. */
    readonly weekdays?: readonly string[];
    /** As OpenStreetMap's `opening_hours` has them. */
    readonly osm?: string;
  };
  readonly phone?: string;
  /** A URL, http or https. */
  readonly website?: string;
  /** Whether a wheelchair gets in. */
  readonly wheelchair?: 'yes' | 'limited' | 'no';
  /** Its names by their languages (BCP 47). */
  readonly names?: Readonly<Record<string, string>>;
}

/** The places near a client, and where the client is. */
export interface NearbyPlaces {
  readonly location: Location;
  /** In the order that was asked for. */
  readonly places: readonly Place[];
  /** HTML that is to be shown with the places. */
  readonly attributions: readonly string[];
}
