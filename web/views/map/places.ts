import type { FeatureCollection } from 'geojson';
import labels from 'map-data/labels.json?url';

/** A place that the map knows the name of. */
export interface NamedPlace {
  readonly name: string;
  readonly longitude: number;
  readonly latitude: number;
  readonly population: number;
  readonly isCapital: boolean;
}

/** From this number of inhabitants on a place is a large one, which is on the map from the beginning. */
const LARGE_POPULATION = 100_000;

/** From which zoom on places of so many inhabitants are labelled, the largest first. */
const ZOOMS = [
  [5_000_000, 1],
  [2_000_000, 3],
  [800_000, 4],
  [300_000, 5],
  [100_000, 6],
  [50_000, 8],
  [0, 9],
] as const;
/** A capital is on the map with the large cities. */
const CAPITAL_ZOOM = 3;

let loading: Promise<readonly NamedPlace[]> | undefined;

/** All places that the map knows, the largest first. Loaded once; where that fails, the next call tries again. */
export function loadPlaces(): Promise<readonly NamedPlace[]> {
  loading ??= fetchPlaces().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function fetchPlaces(): Promise<readonly NamedPlace[]> {
  const response = await fetch(new URL(labels, import.meta.url));
  if (!response.ok) throw new Error(`the names of places: HTTP status ${response.status}`);
  // The build writes the file: see scripts/map-data.mjs.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const rows = (await response.json()) as [string, number, number, number, 0 | 1][];
  return rows.map(([name, longitude, latitude, population, capital]) => ({
    name,
    longitude,
    latitude,
    population,
    isCapital: capital === 1,
  }));
}

/** The large places, or the others, as the map's library takes them. */
export function placesGeoJson(
  places: readonly NamedPlace[],
  size: 'large' | 'small',
): FeatureCollection {
  const isWanted = ({ population, isCapital }: NamedPlace): boolean =>
    (population >= LARGE_POPULATION || isCapital) === (size === 'large');
  return {
    type: 'FeatureCollection',
    features: places.filter(isWanted).map((place) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [place.longitude, place.latitude] },
      properties: { name: place.name, population: place.population, fromZoom: zoomOf(place) },
    })),
  };
}

function zoomOf({ population, isCapital }: NamedPlace): number {
  const [, zoom = 9] = ZOOMS.find(([least]) => population >= least) ?? [];
  return isCapital ? Math.min(zoom, CAPITAL_ZOOM) : zoom;
}
