import { PbfReader } from 'pbf';

/** What a block's elements are handed to. */
export interface ElementHandler {
  /** @param tags those of a place; `undefined` for what is none */
  readonly node: (id: number, at: UnitPosition, tags: Tags | undefined) => void;
  /** Ways that are places alone. */
  readonly way: (id: number, nodes: readonly number[], tags: Tags) => void;
  /** Relations that are places alone. */
  readonly relation: () => void;
}

export type Tags = Readonly<Record<string, string>>;

/** In units of 1e-7 degree. */
export interface UnitPosition {
  readonly latitude: number;
  readonly longitude: number;
}

/** Whether tags make a place. */
export type IsPlace = (tags: Tags) => boolean;

/** A block's texts, and how its coordinates are counted. */
interface Block {
  /** A text is decoded when it is first needed. */
  readonly texts: (string | Uint8Array)[];
  readonly groups: Uint8Array[];
  granularity: number;
  latitudeOffset: number;
  longitudeOffset: number;
}

/** How coordinates are counted: in units of 1e-9 degree; one of ours is that many. */
const NANODEGREES_PER_UNIT = 100;

/**
 * Reads a block of OpenStreetMap's data (PrimitiveBlock).
 *
 * @param placeKeys the keys, at least one of which a place has
 * @see https://wiki.openstreetmap.org/wiki/PBF_Format
 */
export function readBlock(
  data: Uint8Array,
  placeKeys: ReadonlySet<string>,
  isPlace: IsPlace,
  handler: ElementHandler,
): void {
  const block: Block = {
    texts: [],
    groups: [],
    granularity: NANODEGREES_PER_UNIT,
    latitudeOffset: 0,
    longitudeOffset: 0,
  };
  new PbfReader(data).readFields(readBlockField, block);
  const tags = new TagReader(block.texts, placeKeys, isPlace);
  for (const group of block.groups) {
    new PbfReader(group).readFields((tag, _, pbf) => {
      if (tag === 1) readNode(pbf, block, tags, handler);
      else if (tag === 2) readDenseNodes(pbf, block, tags, handler);
      else if (tag === 3) readWay(pbf, tags, handler);
      else if (tag === 4) readRelation(pbf, tags, handler);
    }, undefined);
  }
}

function readBlockField(tag: number, block: Block, pbf: PbfReader): void {
  if (tag === 1) {
    pbf.readMessage((_, texts, pbf) => void texts.push(pbf.readBytes()), block.texts);
  } else if (tag === 2) block.groups.push(pbf.readBytes());
  else if (tag === 17) block.granularity = pbf.readVarint();
  else if (tag === 19) block.latitudeOffset = pbf.readVarint(true);
  else if (tag === 20) block.longitudeOffset = pbf.readVarint(true);
}

/** Reads the tags of places, and as little as can be of what is none. */
class TagReader {
  readonly #texts: (string | Uint8Array)[];
  readonly #isPlace: IsPlace;
  /** Of each text whether it is a key of places. */
  readonly #isPlaceKey: readonly boolean[];

  constructor(texts: (string | Uint8Array)[], placeKeys: ReadonlySet<string>, isPlace: IsPlace) {
    this.#texts = texts;
    this.#isPlace = isPlace;
    this.#isPlaceKey = texts.map((_, i) => placeKeys.has(this.#text(i)));
  }

  /**
   * @param keys the numbers of the keys' texts
   * @param values those of the values'
   * @returns `undefined` for the tags of what is no place
   */
  read(keys: readonly number[], values: readonly number[]): Tags | undefined {
    if (!keys.some((key) => this.#isPlaceKey[key] === true)) return undefined;
    const tags: Record<string, string> = {};
    for (const [i, key] of keys.entries()) tags[this.#text(key)] = this.#text(values[i] ?? 0);
    return this.#isPlace(tags) ? tags : undefined;
  }

  #text(number: number): string {
    const text = this.#texts[number] ?? '';
    if (typeof text === 'string') return text;
    return (this.#texts[number] = Buffer.from(
      text.buffer,
      text.byteOffset,
      text.length,
    ).toString());
  }
}

interface Element {
  id: number;
  keys: number[];
  values: number[];
  latitude: number;
  longitude: number;
  nodes: number[];
}

function emptyElement(): Element {
  return { id: 0, keys: [], values: [], latitude: 0, longitude: 0, nodes: [] };
}

function readNode(pbf: PbfReader, block: Block, tags: TagReader, handler: ElementHandler): void {
  const node = pbf.readMessage((tag, node, pbf) => {
    if (tag === 1) node.id = pbf.readSVarint();
    else if (tag === 2) pbf.readPackedVarint(node.keys);
    else if (tag === 3) pbf.readPackedVarint(node.values);
    else if (tag === 8) node.latitude = pbf.readSVarint();
    else if (tag === 9) node.longitude = pbf.readSVarint();
  }, emptyElement());
  const { id, latitude, longitude, keys, values } = node;
  handler.node(id, positionOf(block, latitude, longitude), tags.read(keys, values));
}

/** Numbers are each the difference to the one before; the tags of all nodes are in one row, with a 0 after each node's. */
function readDenseNodes(
  pbf: PbfReader,
  block: Block,
  tags: TagReader,
  handler: ElementHandler,
): void {
  const dense = pbf.readMessage(
    (tag, dense, pbf) => {
      if (tag === 1) pbf.readPackedSVarint(dense.ids);
      else if (tag === 8) pbf.readPackedSVarint(dense.latitudes);
      else if (tag === 9) pbf.readPackedSVarint(dense.longitudes);
      else if (tag === 10) pbf.readPackedVarint(dense.tags);
    },
    {
      ids: new Array<number>(),
      latitudes: new Array<number>(),
      longitudes: new Array<number>(),
      tags: new Array<number>(),
    },
  );
  let [id, latitude, longitude, at] = [0, 0, 0, 0];
  for (const [i, difference] of dense.ids.entries()) {
    id += difference;
    latitude += dense.latitudes[i] ?? 0;
    longitude += dense.longitudes[i] ?? 0;
    const [keys, values]: [number[], number[]] = [[], []];
    for (; (dense.tags[at] ?? 0) !== 0; at += 2) {
      keys.push(dense.tags[at] ?? 0);
      values.push(dense.tags[at + 1] ?? 0);
    }
    at += 1;
    handler.node(id, positionOf(block, latitude, longitude), tags.read(keys, values));
  }
}

function readWay(pbf: PbfReader, tags: TagReader, handler: ElementHandler): void {
  const way = pbf.readMessage((tag, way, pbf) => {
    if (tag === 1) way.id = pbf.readVarint(true);
    else if (tag === 2) pbf.readPackedVarint(way.keys);
    else if (tag === 3) pbf.readPackedVarint(way.values);
    else if (tag === 8) pbf.readPackedSVarint(way.nodes);
  }, emptyElement());
  const found = tags.read(way.keys, way.values);
  if (found === undefined) return;
  let id = 0;
  const nodes = way.nodes.map((difference) => (id += difference));
  handler.way(way.id, nodes, found);
}

function readRelation(pbf: PbfReader, tags: TagReader, handler: ElementHandler): void {
  const relation = pbf.readMessage((tag, relation, pbf) => {
    if (tag === 2) pbf.readPackedVarint(relation.keys);
    else if (tag === 3) pbf.readPackedVarint(relation.values);
  }, emptyElement());
  if (tags.read(relation.keys, relation.values) !== undefined) handler.relation();
}

function positionOf(
  { granularity, latitudeOffset, longitudeOffset }: Block,
  latitude: number,
  longitude: number,
): UnitPosition {
  return {
    latitude: Math.round((latitudeOffset + granularity * latitude) / NANODEGREES_PER_UNIT),
    longitude: Math.round((longitudeOffset + granularity * longitude) / NANODEGREES_PER_UNIT),
  };
}
