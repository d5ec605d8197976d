import { resolve } from 'node:path';
import type { MapOptions, MapStyle } from '../../gateway/map/options.ts';
import type { HerdConfig } from './herd-config.ts';
import type { MapStyleValue } from './map-schema.ts';
import { fault } from './named-file.ts';

/**
 * The street map of a configuration; `undefined` where it has none. Looks at the files that it names.
 *
 * @throws {ConfigError} where one cannot be used
 */
export async function readMap(config: HerdConfig): Promise<MapOptions | undefined> {
  const { map } = config;
  if (map === undefined) return undefined;
  const style = await readStyle(config, 'style', map.style);
  const darkStyle = map.darkStyle && (await readStyle(config, 'darkStyle', map.darkStyle));
  const own = [style, darkStyle].flatMap((each) =>
    each === undefined || each.type === 'file' ? [] : [new URL(each.url).origin],
  );
  const origins = [...new Set([...own, ...map.origins])];
  return { style, darkStyle, attribution: map.attribution, origins };
}

async function readStyle(
  config: HerdConfig,
  key: 'style' | 'darkStyle',
  value: MapStyleValue,
): Promise<MapStyle> {
  if (value.type !== 'file') return value;
  const path = resolve(config.source.folder, value.path);
  const { openTileFile, TileFileError } = await import('../../gateway/map/tile-file.ts');
  try {
    const { handle } = await openTileFile(path);
    await handle.close();
  } catch (error) {
    if (!(error instanceof TileFileError)) throw error;
    throw fault(config, ['map', key], `the file that it names cannot be used: ${error.message}`);
  }
  return { type: 'file', path };
}
