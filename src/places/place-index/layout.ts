import {
  levelSizes,
  maskWords,
  PlaceIndexError,
  type PlaceColumns,
  type PlaceNodes,
} from './place-index.ts';

/*
 * The file: all records, one after the other; then the table, which is what a reader keeps in memory; then the
 * footer, which says how long both are. So it is written from its beginning to its end in one go, and one that was cut
 * off has no footer.
 *
 * A record is its CRC-32 in 4 bytes, then JSON in UTF-8. The table has the columns of the places, the nodes and, in
 * JSON, the description. Numbers are in the byte order of the machine.
 */

/** "PLIX", read in the byte order of the machine; written by one of the other order, it is another number. */
const MAGIC = 0x58494c50;
/** To be raised with every change of the layout. */
const VERSION = 1;

/** The footer's numbers: those of a `Footer` in their order, its own CRC-32, version and magic. */
const FOOTER_WORDS = 8;
export const FOOTER_BYTES = FOOTER_WORDS * 4;

/** How many bytes of records there can be: the column of their ends has 32 bits. */
export const MAX_RECORD_BYTES = 0xffff_ffff;

/** What stands before each record, in bytes: its CRC-32. */
export const CHECKSUM_BYTES = 4;

/** What has to be known to find one's way in a file. */
export interface Footer {
  readonly places: number;
  /** How many types have a bit in the masks. */
  readonly types: number;
  readonly recordBytes: number;
  readonly descriptionBytes: number;
  /** CRC-32 of the table. */
  readonly tableChecksum: number;
}

export function encodeFooter(footer: Footer, checksum: (bytes: Uint8Array) => number): Uint8Array {
  const { places, types, recordBytes, descriptionBytes, tableChecksum } = footer;
  const words = Uint32Array.of(
    places,
    types,
    recordBytes,
    descriptionBytes,
    tableChecksum,
    0,
    VERSION,
    MAGIC,
  );
  words[5] = checksum(bytesOf(words.subarray(0, 5)));
  return bytesOf(words);
}

/**
 * @param bytes the last `FOOTER_BYTES` of a file, or fewer where it is shorter
 * @throws {PlaceIndexError} where they are no footer of this version and byte order
 */
export function decodeFooter(bytes: Uint8Array, checksum: (bytes: Uint8Array) => number): Footer {
  const whole = bytes.length === FOOTER_BYTES ? bytes : new Uint8Array(FOOTER_BYTES);
  const words = new Uint32Array(Uint8Array.from(whole).buffer);
  const [places = 0, types = 0, recordBytes = 0, descriptionBytes = 0, tableChecksum = 0] = words;
  const [check, version, magic] = words.subarray(5);
  if (magic !== MAGIC) {
    throw new PlaceIndexError(
      'INDEX_FOREIGN',
      'it is no place index, was cut off, or was made on a machine with another byte order',
    );
  }
  if (version !== VERSION) {
    throw new PlaceIndexError(
      'INDEX_FOREIGN',
      `it has version ${version} of the layout; version ${VERSION} was expected`,
    );
  }
  if (check !== checksum(bytesOf(words.subarray(0, 5)))) {
    throw new PlaceIndexError('INDEX_DAMAGED', 'its footer is damaged');
  }
  return { places, types, recordBytes, descriptionBytes, tableChecksum };
}

/** How many bytes the table of a file has. */
export function tableBytes({ places, types, descriptionBytes }: Footer): number {
  return sizesOf(places, types).bytes + descriptionBytes;
}

/** The parts of a table, as views of it. Each is aligned; that of the kinds is padded for it. */
export function tableParts(
  table: ArrayBuffer,
  places: number,
  types: number,
): { columns: PlaceColumns; nodes: PlaceNodes; description: Uint8Array } {
  const { nodes, words } = sizesOf(places, types);
  let end = 0;
  const take = (bytes: number): number => {
    const start = end;
    end += bytes;
    return start;
  };
  return {
    columns: {
      latitudes: new Int32Array(table, take(4 * places), places),
      longitudes: new Int32Array(table, take(4 * places), places),
      prominences: new Uint32Array(table, take(4 * places), places),
      recordEnds: new Uint32Array(table, take(4 * places), places),
      kinds: new Uint16Array(table, take(2 * places + (places % 2) * 2), places),
    },
    nodes: {
      boxes: new Int32Array(table, take(16 * nodes), 4 * nodes),
      prominences: new Uint32Array(table, take(4 * nodes), nodes),
      masks: new Uint32Array(table, take(4 * nodes * words), nodes * words),
    },
    description: new Uint8Array(table, end),
  };
}

/** The widths of a place's five numbers: four of 4 bytes, one of 2. */
const PLACE_BYTES = 4 * 4 + 2;
/** The widths of a node's box and prominence. */
const NODE_BYTES = 4 * 4 + 4;

function sizesOf(places: number, types: number): { nodes: number; words: number; bytes: number } {
  const nodes = levelSizes(places).reduce((all, size) => all + size, 0);
  const words = maskWords(types);
  const padding = (places % 2) * 2;
  return { nodes, words, bytes: places * PLACE_BYTES + padding + nodes * (NODE_BYTES + 4 * words) };
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
