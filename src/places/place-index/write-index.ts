import { crc32 } from 'node:zlib';

import { hilbertKey } from './hilbert.ts';
import { isPlaceType } from '../place-types.ts';
import { encodeFooter, MAX_RECORD_BYTES, tableBytes, tableParts } from './layout.ts';
import {
  levelSizes,
  maskWords,
  NODE_SIZE,
  PlaceIndexError,
  valueAt,
  type IndexDescription,
  type IndexedPlace,
  type PlaceColumns,
  type PlaceNodes,
} from './place-index.ts';
import { encodeRecord } from './record.ts';

/** What the file says of itself; which types have bits follows from the kinds. */
export type DescriptionParts = Omit<IndexDescription, 'types'>;

/**
 * Makes an index out of places that come in the order of `hilbertKey`. What `add` and `finish` return is to be
 * written one after the other. It keeps 18 bytes of each place in memory.
 */
export class PlaceIndexWriter {
  readonly #columns: PlaceColumns;
  #places = 0;
  #recordBytes = 0;

  /** @param mostPlaces how many there are at the most */
  constructor(mostPlaces: number) {
    this.#columns = {
      latitudes: new Int32Array(mostPlaces),
      longitudes: new Int32Array(mostPlaces),
      prominences: new Uint32Array(mostPlaces),
      recordEnds: new Uint32Array(mostPlaces),
      kinds: new Uint16Array(mostPlaces),
    };
  }

  /** @throws {PlaceIndexError} `INDEX_TOO_LARGE` */
  add({ latitude, longitude, prominence, kind, record: text }: IndexedPlace): Uint8Array {
    const record = encodeRecord(text);
    this.#recordBytes += record.length;
    if (this.#recordBytes > MAX_RECORD_BYTES) {
      throw new PlaceIndexError(
        'INDEX_TOO_LARGE',
        'what is to be said of the places is more than 4 GiB: import a smaller region',
      );
    }
    const place = this.#places++;
    this.#columns.latitudes[place] = latitude;
    this.#columns.longitudes[place] = longitude;
    this.#columns.prominences[place] = prominence;
    this.#columns.recordEnds[place] = this.#recordBytes;
    this.#columns.kinds[place] = kind;
    return record;
  }

  /** The rest of the file: the table and the footer. */
  finish({ kinds, attributions, madeFrom }: DescriptionParts): Uint8Array[] {
    const types = [...new Set(kinds.flatMap((kind) => kind.types))].filter(isPlaceType).sort();
    const described: IndexDescription = { kinds, types, attributions, madeFrom };
    const description = Buffer.from(JSON.stringify(described));
    const size = {
      places: this.#places,
      types: types.length,
      recordBytes: this.#recordBytes,
      descriptionBytes: description.length,
      tableChecksum: 0,
    };
    const table = new Uint8Array(tableBytes(size));
    const parts = tableParts(table.buffer, size.places, size.types);
    parts.description.set(description);
    copyColumns(this.#columns, parts.columns);
    fillNodes(parts.nodes, parts.columns, described);
    return [table, encodeFooter({ ...size, tableChecksum: crc32(table) }, crc32)];
  }
}

function copyColumns(from: PlaceColumns, to: PlaceColumns): void {
  const places = to.kinds.length;
  to.latitudes.set(from.latitudes.subarray(0, places));
  to.longitudes.set(from.longitudes.subarray(0, places));
  to.prominences.set(from.prominences.subarray(0, places));
  to.recordEnds.set(from.recordEnds.subarray(0, places));
  to.kinds.set(from.kinds.subarray(0, places));
}

/** Each node from what is in it, level by level. */
function fillNodes(nodes: PlaceNodes, columns: PlaceColumns, described: IndexDescription): void {
  const words = maskWords(described.types.length);
  const addPlace = placeAdder(nodes, columns, described, words);
  let node = 0;
  let below = 0;
  let belowSize = columns.kinds.length;
  for (const [level, size] of levelSizes(columns.kinds.length).entries()) {
    const start = node;
    for (let i = 0; i < size; i++, node++) {
      nodes.boxes.set([2 ** 31 - 1, 2 ** 31 - 1, -(2 ** 31), -(2 ** 31)], node * 4);
      const end = Math.min(belowSize, (i + 1) * NODE_SIZE);
      for (let child = i * NODE_SIZE; child < end; child++) {
        if (level === 0) addPlace(node, child);
        else addNode(nodes, words, node, below + child);
      }
    }
    below = start;
    belowSize = size;
  }
}

function placeAdder(
  nodes: PlaceNodes,
  { latitudes, longitudes, prominences, kinds }: PlaceColumns,
  described: IndexDescription,
  words: number,
): (node: number, place: number) => void {
  const bitsOfKinds = described.kinds.map((kind) =>
    kind.types.map((type) => described.types.indexOf(type)).filter((bit) => bit >= 0),
  );
  return (node, place) => {
    const [latitude, longitude] = [valueAt(latitudes, place), valueAt(longitudes, place)];
    stretch(nodes.boxes, node, [latitude, longitude, latitude, longitude]);
    raise(nodes.prominences, node, valueAt(prominences, place));
    for (const bit of bitsOfKinds[valueAt(kinds, place)] ?? []) {
      const word = node * words + (bit >> 5);
      nodes.masks[word] = valueAt(nodes.masks, word) | (1 << (bit & 31));
    }
  };
}

function addNode(
  { boxes, prominences, masks }: PlaceNodes,
  words: number,
  node: number,
  child: number,
): void {
  const side = (i: number): number => valueAt(boxes, child * 4 + i);
  stretch(boxes, node, [side(0), side(1), side(2), side(3)]);
  raise(prominences, node, valueAt(prominences, child));
  for (let word = 0; word < words; word++) {
    const of = node * words + word;
    masks[of] = valueAt(masks, of) | valueAt(masks, child * words + word);
  }
}

/** Makes a node's box hold another one: south, west, north, east. */
function stretch(boxes: Int32Array, node: number, [south, west, north, east]: Sides): void {
  const at = node * 4;
  boxes[at] = Math.min(valueAt(boxes, at), south);
  boxes[at + 1] = Math.min(valueAt(boxes, at + 1), west);
  boxes[at + 2] = Math.max(valueAt(boxes, at + 2), north);
  boxes[at + 3] = Math.max(valueAt(boxes, at + 3), east);
}

type Sides = readonly [number, number, number, number];

function raise(column: Uint32Array, i: number, to: number): void {
  column[i] = Math.max(valueAt(column, i), to);
}

/** An index of places in any order: what is to be written, piece by piece. */
export function encodeIndex(
  places: readonly IndexedPlace[],
  description: DescriptionParts,
): Uint8Array[] {
  const keys = Float64Array.from(places, (place) => hilbertKey(place.latitude, place.longitude));
  const order = places.map((_, i) => i).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
  const writer = new PlaceIndexWriter(places.length);
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < order.length; start += CHUNK_PLACES) {
    const records = order.slice(start, start + CHUNK_PLACES).flatMap((i) => {
      const place = places[i];
      return place === undefined ? [] : [writer.add(place)];
    });
    chunks.push(Buffer.concat(records));
  }
  return [...chunks, ...writer.finish(description)];
}

/** How many records are joined: a buffer of its own for each would cost more than what is in it. */
const CHUNK_PLACES = 1024;
