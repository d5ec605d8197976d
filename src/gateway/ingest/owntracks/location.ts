import type { Location } from '../../../service/location-service.ts';
import { KMH_MPS } from '../values.ts';

/** A location in OwnTracks' words. Android reads no fractions but those of `lat` and `lon`. */
export interface OwnTracksLocation {
  readonly _type: 'location';
  readonly tid: string;
  readonly lat: number;
  readonly lon: number;
  /** POSIX seconds. */
  readonly tst: number;
  /** Metres. */
  readonly acc?: number;
  /** Kilometres an hour. */
  readonly vel?: number;
  /** Metres. */
  readonly alt?: number;
  /** Degrees. */
  readonly cog?: number;
  /** Percent. */
  readonly batt?: number;
}

/** Where somebody is, as OwnTracks has it; what is not known is left out. */
export function toOwnTracks(
  { position, time, attributes }: Pick<Location, 'position' | 'time' | 'attributes'>,
  tid: string,
): OwnTracksLocation {
  const { accuracyM, speedMps, altitudeM, courseDeg, batteryPercent } = attributes;
  return {
    _type: 'location',
    tid,
    lat: position.latitude,
    lon: position.longitude,
    tst: time.seconds,
    ...rounded('acc', accuracyM),
    ...rounded('vel', speedMps === undefined ? undefined : speedMps / KMH_MPS),
    ...rounded('alt', altitudeM),
    ...rounded('cog', courseDeg),
    ...rounded('batt', batteryPercent),
  };
}

function rounded<K extends string>(name: K, value: number | undefined): { [key in K]?: number } {
  const known: { [key in K]?: number } = {};
  if (value !== undefined) known[name] = Math.round(value);
  return known;
}
