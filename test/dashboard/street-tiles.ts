import { deflateSync, crc32 } from 'node:zlib';
import { PbfWriter } from 'pbf';
import { zxyToTileId } from 'pmtiles';

/* Small street maps of a made-up town: vector tiles, an archive of them, and pictures. */

const EXTENT = 4096;
/** Streets of a tile are so far apart, in parts of its extent. */
const BLOCK = 512;

type Point = readonly [x: number, y: number];

interface Feature {
  readonly type: 'point' | 'line' | 'polygon';
  readonly points: readonly Point[];
  readonly tags: Readonly<Record<string, string | number>>;
}

const TYPES = { point: 1, line: 2, polygon: 3 } as const;

/** A tile of the town: blocks of houses between streets, a river, a park, as Protomaps' basemap has them. */
function townTile(): Uint8Array {
  const around: Point[] = [
    [-64, -64],
    [EXTENT + 64, -64],
    [EXTENT + 64, EXTENT + 64],
    [-64, EXTENT + 64],
  ];
  const steps = Array.from({ length: EXTENT / BLOCK }, (_, n) => n * BLOCK);
  const streets = steps.flatMap((at, n): Feature[] => {
    const kind = n % 4 === 0 ? 'major_road' : 'minor_road';
    const kind_detail = n % 4 === 0 ? 'primary' : 'residential';
    const tags = { kind, kind_detail, min_zoom: 8 };
    const across: Point[] = [
      [-64, at],
      [EXTENT + 64, at],
    ];
    const down = across.map(([x, y]): Point => [y, x]);
    return [
      { type: 'line', points: across, tags: { ...tags, name: `${n + 1}th Street` } },
      { type: 'line', points: down, tags: { ...tags, name: `${n + 1}th Avenue` } },
    ];
  });
  const houses = steps.flatMap((x) =>
    steps.map((y): Feature => ({
      type: 'polygon',
      points: box(x + 90, y + 90, 300),
      tags: { kind: 'building' },
    })),
  );
  return encodeTile({
    earth: [{ type: 'polygon', points: around, tags: { kind: 'earth' } }],
    landuse: [{ type: 'polygon', points: box(1100, 2100, 900), tags: { kind: 'park' } }],
    water: [{ type: 'polygon', points: box(3000, 0, 380, EXTENT), tags: { kind: 'water' } }],
    buildings: houses,
    roads: streets,
    places: [
      {
        type: 'point',
        points: [[2048, 2200]],
        tags: { kind: 'locality', name: 'Gridville', min_zoom: 8, population_rank: 9 },
      },
    ],
  });
}

function box(x: number, y: number, width: number, height = width): Point[] {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}

/** Encodes features by their layers as a vector tile (Mapbox Vector Tile 2.1). */
function encodeTile(layers: Readonly<Record<string, readonly Feature[]>>): Uint8Array {
  const tile = new PbfWriter();
  for (const [name, features] of Object.entries(layers)) {
    const keys = [...new Set(features.flatMap(({ tags }) => Object.keys(tags)))];
    const values = [...new Set(features.flatMap(({ tags }) => Object.values(tags)))];
    tile.writeMessage(
      3,
      (_, layer: PbfWriter) => {
        layer.writeVarintField(15, 2);
        layer.writeStringField(1, name);
        for (const feature of features) {
          layer.writeMessage(
            2,
            (_, out: PbfWriter) => {
              const tags = Object.entries(feature.tags);
              out.writePackedVarint(
                2,
                tags.flatMap(([key, value]) => [keys.indexOf(key), values.indexOf(value)]),
              );
              out.writeVarintField(3, TYPES[feature.type]);
              out.writePackedVarint(4, commandsOf(feature));
            },
            undefined,
          );
        }
        for (const key of keys) layer.writeStringField(3, key);
        for (const value of values) {
          layer.writeMessage(
            4,
            (_, out: PbfWriter) => {
              if (typeof value === 'string') out.writeStringField(1, value);
              else out.writeVarintField(5, value);
            },
            undefined,
          );
        }
        layer.writeVarintField(5, EXTENT);
      },
      undefined,
    );
  }
  return tile.finish();
}

/** Geometry as commands: move, lines, and the end of a ring. */
function commandsOf({ type, points }: Feature): number[] {
  const zigzag = (n: number): number => (n << 1) ^ (n >> 31);
  let [x, y] = [0, 0];
  const steps = points.map(([toX, toY]) => {
    const step = [zigzag(toX - x), zigzag(toY - y)];
    [x, y] = [toX, toY];
    return step;
  });
  const [first = [], ...others] = steps;
  const lines = others.length === 0 ? [] : [2 | (others.length << 3), ...others.flat()];
  return [1 | (1 << 3), ...first, ...lines, ...(type === 'polygon' ? [7 | (1 << 3)] : [])];
}

/** The tiles of a zoom around a point, by numbers as in URLs. */
function tilesAround(
  latitude: number,
  longitude: number,
  zoom: number,
  by: number,
): [number, number, number][] {
  const sine = Math.sin((latitude * Math.PI) / 180);
  const world = 2 ** zoom;
  const x = Math.floor(((longitude + 180) / 360) * world);
  const y = Math.floor((0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * world);
  const steps = Array.from({ length: 2 * by + 1 }, (_, n) => n - by);
  return steps.flatMap((dx) => steps.map((dy): [number, number, number] => [zoom, x + dx, y + dy]));
}

/** A PMTiles archive (version 3) of the town around a point, of zoom 14 alone. */
export function townArchive(latitude: number, longitude: number): Buffer {
  const ids = tilesAround(latitude, longitude, 14, 2)
    .map((tile) => zxyToTileId(...tile))
    .sort((a, b) => a - b);
  const tile = townTile();
  const directory = new PbfWriter();
  directory.writeVarint(ids.length);
  ids.forEach((id, n) => directory.writeVarint(id - (ids[n - 1] ?? 0)));
  for (const _ of ids) directory.writeVarint(1); // how many tiles are the same from there on
  for (const _ of ids) directory.writeVarint(tile.length);
  for (const _ of ids) directory.writeVarint(1); // where it begins, and 1
  const root = directory.finish();
  const vector_layers = ['earth', 'landuse', 'water', 'buildings', 'roads', 'places'].map((id) => ({
    id,
    fields: {},
  }));
  const metadata = Buffer.from(
    JSON.stringify({ attribution: '<a href="https://example.org">© Gridville</a>', vector_layers }),
  );
  const header = Buffer.alloc(127);
  header.write('PMTiles\u0003', 'latin1');
  const parts = [root, metadata, Buffer.alloc(0), tile];
  let offset = header.length;
  parts.forEach((part, n) => {
    header.writeBigUInt64LE(BigInt(offset), 8 + 16 * n);
    header.writeBigUInt64LE(BigInt(part.length), 16 + 16 * n);
    offset += part.length;
  });
  for (const at of [72, 80]) header.writeBigUInt64LE(BigInt(ids.length), at);
  header.writeBigUInt64LE(1n, 88);
  header.set([1, 1, 1, 1, 14, 14], 96); // clustered, nothing compressed, vector tiles, zooms
  [-180, -85, 180, 85].forEach((degrees, n) => header.writeInt32LE(degrees * 1e7, 102 + 4 * n));
  return Buffer.concat([header, ...parts]);
}

/** A picture of one colour, 256 pixels wide and high. */
export function picture(red: number, green: number, blue: number): Buffer {
  const size = 256;
  const row = Buffer.concat([
    Buffer.from([0]),
    Buffer.from(Array.from({ length: size }, () => [red, green, blue]).flat()),
  ]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2], 8); // 8 bits a colour, red, green and blue
  return Buffer.concat([
    Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: size }, () => row)))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
