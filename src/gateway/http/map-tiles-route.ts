import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { requireReader } from '../api/client-filters.ts';
import { isMatch } from '../api/location.ts';
import { parseRange, type ByteRange } from '../map/byte-range.ts';
import type { MapOptions } from '../map/options.ts';
import { openTileFile, TileFileError, type TileFile } from '../map/tile-file.ts';
import { TILE_PATHS } from '../map/tile-paths.ts';
import type { Guard } from './guard.ts';
import { Problem } from './problems.ts';

const TILE_TYPE = 'application/vnd.pmtiles';

/** The dependencies of the routes of the map's archives. */
export interface MapTilesEnvironment {
  readonly guard: Guard;
  /** The street map; `undefined`: there is none. */
  readonly map: () => MapOptions | undefined;
}

/** The archives of tiles that the configuration names, in the parts that are asked for (RFC 9110, section 14). */
export function registerMapTilesRoutes(
  app: FastifyInstance,
  environment: MapTilesEnvironment,
): void {
  const { guard, map } = environment;
  for (const theme of ['style', 'darkStyle'] as const) {
    app.route({
      method: ['GET', 'HEAD'],
      url: TILE_PATHS[theme],
      handler: async (request, reply) => {
        requireReader(guard.admit(request, { scope: 'read' }));
        const style = map()?.[theme];
        if (style?.type === 'file') return sendPart(request, reply, style.path);
        throw new Problem('no-such-resource', 'no archive of tiles is configured');
      },
    });
  }
}

async function sendPart(
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
): Promise<FastifyReply> {
  const file = await openTileFile(path).catch((error: unknown) => {
    if (!(error instanceof TileFileError)) throw error;
    throw new Problem('no-such-resource', `the archive of tiles: ${error.message}`);
  });
  const { handle, sizeBytes, etag } = file;
  const part = partOf(request, file);
  reply.headers({ etag, 'accept-ranges': 'bytes', 'cache-control': 'private, no-cache' });
  if (part === 'outside' || part === 'unchanged' || request.method === 'HEAD') await handle.close();
  if (part === 'unchanged') return reply.code(304).send();
  if (part === 'outside') {
    const extent = { 'content-range': `bytes */${sizeBytes}` };
    throw new Problem('no-such-range', `the archive has ${sizeBytes} bytes`, {}, extent);
  }
  const { first, last } = part ?? { first: 0, last: sizeBytes - 1 };
  reply.type(TILE_TYPE).header('content-length', last - first + 1);
  if (part !== undefined) {
    reply.code(206).header('content-range', `bytes ${first}-${last}/${sizeBytes}`);
  }
  if (request.method === 'HEAD') return reply.send();
  return reply.send(handle.createReadStream({ start: first, end: last })); // which closes it
}

/** What a request is sent of an archive; `undefined`: all of it. */
function partOf(
  { headers, method }: FastifyRequest,
  { sizeBytes, etag }: TileFile,
): ByteRange | 'outside' | 'unchanged' | undefined {
  if (isMatch(headers['if-none-match'], etag)) return 'unchanged';
  const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
  // A range is for GET alone (RFC 9110, section 14.2).
  return isSame && method === 'GET' ? parseRange(headers.range, sizeBytes) : undefined;
}
