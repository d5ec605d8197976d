import { checkedGeofence, isGeofenceName } from './check-geofence.ts';
import { GeofenceError } from './geofence-error.ts';
import type { Geofence, GeofenceVertex } from './geofence.ts';

/*
 * A geofence as a document of the store. Its name is `geofence/` and the geofence's in percent encoding; its text is JSON:
 *
 *     {"circle":[34.06893,-118.445127,50],"minimumDwellS":60}      latitude, longitude, radius in metres
 *     {"polygon":[[34.1,-118.4],[34.2,-118.4],[34.2,-118.3]]}      latitudes and longitudes; no dwell is 0
 */

const KIND = 'geofence/';

/** The name of a geofence's document. */
export function documentNameOf(name: string): string {
  return KIND + encodeURIComponent(name);
}

/** The name of the geofence whose document has a name; `undefined` where it is another document's. */
export function geofenceNameOf(documentName: string): string | undefined {
  if (!documentName.startsWith(KIND)) return undefined;
  try {
    const name = decodeURIComponent(documentName.slice(KIND.length));
    return isGeofenceName(name) && documentNameOf(name) === documentName ? name : undefined;
  } catch {
    return undefined; // it is no percent encoding of UTF-8
  }
}

/** The text of a geofence's document: of a checked one. */
export function encodeGeofence({ shape, minimumDwellS }: Geofence): string {
  const area =
    shape.type === 'circle'
      ? { circle: [shape.latitude, shape.longitude, shape.radiusM] }
      : { polygon: shape.vertices.map(({ latitude, longitude }) => [latitude, longitude]) };
  return JSON.stringify(minimumDwellS === 0 ? area : { ...area, minimumDwellS });
}

/** The geofence that a document's text says; `undefined` where it says none, as a later version's may. */
export function decodeGeofence(name: string, text: string): Geofence | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { circle, polygon, minimumDwellS = 0 }: Unchecked = value;
    const shape = circle === undefined ? polygonOf(polygon) : circleOf(circle);
    if (shape === undefined || typeof minimumDwellS !== 'number') return undefined;
    return checkedGeofence({ name, shape, minimumDwellS });
  } catch (error) {
    if (error instanceof GeofenceError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What any server may have said. By hand, since a library for it would take a third of the time of a start. */
type Unchecked = Partial<Record<'circle' | 'polygon' | 'minimumDwellS', unknown>>;

function circleOf(value: unknown): Geofence['shape'] | undefined {
  const [latitude, longitude, radiusM] = numbersOf(value, 3);
  if (latitude === undefined || longitude === undefined || radiusM === undefined) return undefined;
  return { type: 'circle', latitude, longitude, radiusM };
}

function polygonOf(value: unknown): Geofence['shape'] | undefined {
  if (!Array.isArray(value)) return undefined;
  const vertices: GeofenceVertex[] = [];
  for (const each of value) {
    const [latitude, longitude] = numbersOf(each, 2);
    if (latitude === undefined || longitude === undefined) return undefined;
    vertices.push({ latitude, longitude });
  }
  return { type: 'polygon', vertices };
}

/** The numbers of a list of so many; none where it is no such list. */
function numbersOf(value: unknown, count: number): readonly number[] {
  if (!Array.isArray(value) || value.length !== count) return [];
  return value.every((each) => typeof each === 'number') ? value : [];
}
