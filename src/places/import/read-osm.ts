import { UNITS_PER_DEGREE } from '../place-index/place-index.ts';
import { isPlace, PLACE_TAGS } from '../osm/kinds.ts';
import { placeOfTags, type ElementType } from '../osm/place-of-tags.ts';
import { PbfReader } from 'pbf';
import { centreOf } from './box-centre.ts';
import { ImportError } from './import-error.ts';
import type { ImportedPlace, ReadingHooks } from './imported-place.ts';
import { readBlobs } from './pbf-blobs.ts';
import { readBlock, type ElementHandler, type Tags, type UnitPosition } from './pbf-block.ts';
import { MAX_NAME_LENGTH } from './place-of-fields.ts';
import { WayNodes } from './way-nodes.ts';

/**
 * How many nodes of ways are looked for at once: 17 bytes each. A region with more ways that are places, as a
 * continent has, is read twice more for each further 8 million.
 */
const MAX_WAY_NODES = 8_000_000;

/** What a file may need of its reader besides what all do. */
const KNOWN_FEATURES = new Set(['OsmSchema-V0.6', 'DenseNodes', 'HistoricalInformation']);

const PLACE_KEYS = new Set(PLACE_TAGS.keys());

function isNamedPlace(tags: Tags): boolean {
  return tags['name'] !== undefined && isPlace(tags);
}

/** What is passed over, and counted. */
interface Passed {
  relations: number;
  incompleteWays: number;
}

/**
 * The places of a file of OpenStreetMap's data: nodes, and ways, which lie where the centre of their box is. What a place is and of
 * which types is as with Overpass. Ways have no positions of their own, so the file is read twice: for the
 * nodes that ways need, and for all else.
 *
 * @param maxWayNodes as `MAX_WAY_NODES`
 * @throws {ImportError} where it is none
 */
export async function* readOsm(
  path: string,
  hooks: ReadingHooks,
  maxWayNodes = MAX_WAY_NODES,
): AsyncGenerator<ImportedPlace> {
  const passed: Passed = { relations: 0, incompleteWays: 0 };
  for (let firstWay = 0, isFirst = true; ; isFirst = false) {
    const { nodes, endWay, isLast } = await findWayNodes(path, hooks, firstWay, maxWayNodes);
    const batch: ImportedPlace[] = [];
    const handler = placeHandler({ nodes, firstWay, endWay, isFirst, passed, hooks, batch, path });
    for await (const data of readData(path, 'reading places', hooks)) {
      decode(path, data, handler);
      yield* batch.splice(0);
    }
    if (isLast) break;
    firstWay = endWay;
  }
  const { relations, incompleteWays } = passed;
  if (relations > 0) hooks.onNote(`relations that are places are left out: ${relations}`);
  if (incompleteWays > 0) {
    hooks.onNote(`ways without any of their nodes in the file are left out: ${incompleteWays}`);
  }
}

/** Notes the nodes of the ways from `firstWay` on, as many ways as fit. */
async function findWayNodes(
  path: string,
  hooks: ReadingHooks,
  firstWay: number,
  maxWayNodes: number,
): Promise<{ nodes: WayNodes; endWay: number; isLast: boolean }> {
  const nodes = new WayNodes();
  let way = 0;
  let endWay = Infinity;
  const handler: ElementHandler = {
    node: () => undefined,
    relation: () => undefined,
    way: (_, ids) => {
      const number = way++;
      if (number < firstWay || number >= endWay) return;
      // One way alone always fits: it has 2,000 nodes at the most.
      if (nodes.count > 0 && nodes.count + ids.length > maxWayNodes) endWay = number;
      else nodes.add(ids);
    },
  };
  for await (const data of readData(path, 'looking for ways', hooks)) {
    decode(path, data, handler);
  }
  nodes.prepare();
  return { nodes, endWay: Math.min(endWay, way), isLast: endWay === Infinity };
}

interface PlaceHandlerParts {
  readonly nodes: WayNodes;
  /** The ways that are taken this time, by their numbers among those that are places. */
  readonly firstWay: number;
  readonly endWay: number;
  /** Whether nodes and relations are taken as well. */
  readonly isFirst: boolean;
  readonly passed: Passed;
  readonly hooks: ReadingHooks;
  /** Where places go. */
  readonly batch: ImportedPlace[];
  readonly path: string;
}

function placeHandler(parts: PlaceHandlerParts): ElementHandler {
  const { nodes, firstWay, endWay, isFirst, passed, hooks, batch, path } = parts;
  let way = 0;
  function add(type: ElementType, id: number, at: UnitPosition, tags: Tags): void {
    const place = placeOf(type, id, at, tags);
    if (typeof place === 'string') hooks.onInvalid({ where: `${type} ${id}`, fault: place });
    else batch.push(place);
  }
  return {
    node(id, at, tags) {
      if (way > 0) throw notSorted(path);
      nodes.set(id, at);
      if (isFirst && tags !== undefined) add('node', id, at, tags);
    },
    way(id, ids, tags) {
      const number = way++;
      if (number < firstWay || number >= endWay) return;
      const known = ids.flatMap((node) => nodes.get(node) ?? []);
      if (known.length === 0) passed.incompleteWays += 1;
      else add('way', id, unitCentre(known), tags);
    },
    relation() {
      if (isFirst) passed.relations += 1;
    },
  };
}

/** The centre of a box in our units. */
function unitCentre(positions: readonly UnitPosition[]): UnitPosition {
  const degrees = positions.map(({ latitude, longitude }) => ({
    latitude: latitude / UNITS_PER_DEGREE,
    longitude: longitude / UNITS_PER_DEGREE,
  }));
  const { latitude, longitude } = centreOf(degrees);
  return {
    latitude: Math.round(latitude * UNITS_PER_DEGREE),
    longitude: Math.round(longitude * UNITS_PER_DEGREE),
  };
}

function placeOf(
  type: ElementType,
  id: number,
  { latitude: latitudeUnits, longitude: longitudeUnits }: UnitPosition,
  tags: Tags,
): ImportedPlace | string {
  const { name = '' } = tags;
  const latitude = latitudeUnits / UNITS_PER_DEGREE;
  const longitude = longitudeUnits / UNITS_PER_DEGREE;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) {
    return `found the position ${latitude}, ${longitude}, expected degrees`;
  }
  if (name.length > MAX_NAME_LENGTH) {
    return `name: found ${name.length} characters, expected at most ${MAX_NAME_LENGTH}`;
  }
  const { weight, ...place } = placeOfTags(type, id, tags);
  return { ...place, name, latitude, longitude, prominence: weight, country: '' };
}

/** The data of a file; its header is checked. */
async function* readData(
  path: string,
  step: string,
  hooks: ReadingHooks,
): AsyncGenerator<Uint8Array> {
  let hasHeader = false;
  for await (const { type, data } of readBlobs(path, step, hooks)) {
    try {
      if (type === 'OSMHeader') {
        requireKnownFeatures(path, data);
        hasHeader = true;
      }
    } catch (error) {
      throw error instanceof ImportError ? error : damaged(path, error);
    }
    if (type !== 'OSMData') continue;
    if (!hasHeader) throw damaged(path, 'its header is missing');
    yield data;
  }
  if (!hasHeader) throw damaged(path, 'its header is missing');
}

/** @throws {ImportError} where the block is damaged, or what `handler` throws */
function decode(path: string, data: Uint8Array, handler: ElementHandler): void {
  try {
    readBlock(data, PLACE_KEYS, isNamedPlace, handler);
  } catch (error) {
    throw error instanceof ImportError ? error : damaged(path, error);
  }
}

function requireKnownFeatures(path: string, header: Uint8Array): void {
  const features: string[] = [];
  new PbfReader(header).readFields((tag, required, pbf) => {
    if (tag === 4) required.push(pbf.readString());
  }, features);
  const unknown = features.filter((feature) => !KNOWN_FEATURES.has(feature));
  if (unknown.length === 0) return;
  throw new ImportError(
    'INPUT_FORMAT',
    `${path}: it needs a reader that knows ${unknown.join(', ')}`,
  );
}

function damaged(path: string, reason: unknown): ImportError {
  return new ImportError('INPUT_FORMAT', `${path}: it is damaged: ${String(reason)}`);
}

function notSorted(path: string): ImportError {
  return new ImportError(
    'INPUT_FORMAT',
    `${path}: a node comes after a way: sort it with "osmium sort -o sorted.osm.pbf ${path}"`,
  );
}
