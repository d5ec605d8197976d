import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PlaceIndexError } from '../../places/place-index/place-index.ts';
import type { HerdConfig } from './herd-config.ts';
import { fault } from './named-file.ts';
import { providerOf, type PlacesFile } from './places-options.ts';

/**
 * Looks at the file that the provider of places answers from; `undefined` where it has none.
 *
 * @throws {ConfigError} where it cannot be used
 */
export async function readPlacesFile(config: HerdConfig): Promise<PlacesFile | undefined> {
  const { fileSetting: setting } = providerOf(config.places);
  if (setting === undefined) return undefined;
  const values: Readonly<Record<string, unknown>> = config.places;
  const path = resolve(config.source.folder, String(values[setting]));
  try {
    const { openPlaceIndex } = await import('../../places/place-index/read-index.ts');
    const index = await openPlaceIndex(path);
    await index.close();
    const { ino, size, mtimeMs } = await stat(path);
    return { setting, path, state: `${ino} ${size} ${mtimeMs}` };
  } catch (error) {
    if (!(error instanceof PlaceIndexError)) throw error;
    const remedy = 'make it with "proxy-herd places import"';
    const message = `the place index that it names cannot be used: ${error.message}: ${remedy}`;
    throw fault(config, ['places', setting], message);
  }
}
