import { addProtocol, type LayerSpecification } from 'maplibre-gl';
import { FetchSource, PMTiles, Protocol, TileType, type RangeResponse, type Source } from 'pmtiles';
import { layers, namedFlavor } from '@protomaps/basemaps';

import { requestPart } from '../../state/request.ts';
import type { Theme } from '../../state/theme.ts';
import { streetColours } from './street-colours.ts';
import { above, rasterStyle, STREETS, type StreetStyle } from './street-layers.ts';
import { baseStyle } from './style.ts';

/** Of a map made by Protomaps, which is what there are layers for. */
const KNOWN_LAYERS = ['earth', 'roads', 'water'];

/** Layers of a style of Protomaps that show nothing without its pictures. */
const OF_PICTURES = new Set(['roads_oneway', 'roads_shields']);

const protocol = new Protocol();
addProtocol('pmtiles', protocol.tile);

/**
 * Loads a street map of an archive of tiles.
 *
 * @param url of an archive; of one of the gateway where it begins with `/`
 * @throws {Error} where it cannot be used; its message says why to the user
 */
export async function loadArchive(
  url: string,
  theme: Theme,
  isOfTheme: boolean,
): Promise<StreetStyle> {
  const archive =
    protocol.get(url) ??
    new PMTiles(url.startsWith('/') ? new GatewaySource(url) : new FetchSource(url));
  const { tileType } = await archive.getHeader();
  const { attribution, layerIds } = readMetadata(await archive.getMetadata());
  protocol.add(archive);
  const source = { url: `pmtiles://${url}` };
  if (tileType !== TileType.Mvt) {
    return { style: rasterStyle(source, theme, isOfTheme), attribution };
  }
  const missing = KNOWN_LAYERS.filter((each) => !layerIds.includes(each));
  if (missing.length > 0) {
    const expected = 'those of a map by Protomaps';
    throw new Error(`the layer ${missing[0]} is not in it: its layers have to be ${expected}`);
  }
  const style = above(
    baseStyle(theme),
    { [STREETS]: { type: 'vector', ...source } },
    streetLayers(theme),
  );
  return { style, attribution };
}

/** The layers of a style of Protomaps, in the page's own colours, without pictures. */
function streetLayers(theme: Theme): LayerSpecification[] {
  const flavor = { ...namedFlavor(theme === 'dark' ? 'black' : 'white'), ...streetColours(theme) };
  return layers(STREETS, flavor, { lang: 'en' }).flatMap((layer): LayerSpecification[] => {
    if (layer.type === 'background' || OF_PICTURES.has(layer.id)) return [];
    const id = `${STREETS}-${layer.id}`; // the page's own map has some of these as well
    if (layer.type !== 'symbol') return [{ ...layer, id }];
    const { 'icon-image': _, ...layout } = layer.layout ?? {};
    return [{ ...layer, id, layout }];
  });
}

function readMetadata(found: unknown): { attribution: string[]; layerIds: string[] } {
  if (typeof found !== 'object' || found === null) return { attribution: [], layerIds: [] };
  const attribution =
    'attribution' in found && typeof found.attribution === 'string' ? [found.attribution] : [];
  const list: unknown[] =
    'vector_layers' in found && Array.isArray(found.vector_layers) ? found.vector_layers : [];
  const layerIds = list.flatMap((each) =>
    typeof each === 'object' && each !== null && 'id' in each ? [String(each.id)] : [],
  );
  return { attribution, layerIds };
}

/** An archive that each gateway of the herd has at a path. */
class GatewaySource implements Source {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  getKey(): string {
    return this.#path;
  }

  async getBytes(offset: number, length: number, signal?: AbortSignal): Promise<RangeResponse> {
    const range = `bytes=${offset}-${offset + length - 1}`;
    const response = await requestPart(this.#path, range, signal);
    const etag = response.headers.get('etag') ?? undefined;
    return { data: await response.arrayBuffer(), ...(etag === undefined ? {} : { etag }) };
  }
}
