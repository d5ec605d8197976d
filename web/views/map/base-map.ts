import type {
  ErrorEvent,
  Map as MapLibre,
  MapSourceDataEvent,
  RequestParameters,
} from 'maplibre-gl';

import type { Theme } from '../../state/theme.ts';
import { askStreetMap } from './ask-street-map.ts';
import { htmlToText } from './attribution.ts';
import { sourceFor, type StreetMap } from './street-map.ts';
import { loadStreetStyle } from './street-style.ts';
import { baseStyle } from './style.ts';

/** What is to be said of the map under the clients. */
export interface BaseMapState {
  /** Whom it is by. */
  readonly attribution: readonly string[];
  /** Why the street map is not there; `undefined`: it is, or there is none to be shown. */
  readonly failure: string | undefined;
}

/** Whom the page's own map is by. */
const OWN_ATTRIBUTION = ['Natural Earth', 'GeoNames'];
export const OWN_MAP: BaseMapState = { attribution: OWN_ATTRIBUTION, failure: undefined };

/** The street map that is shown. */
interface ShownStreets {
  /** The sources that are the street map's. */
  readonly sources: ReadonlySet<string>;
  /** Whom it is by, where it has said so with its style. */
  readonly attribution: readonly string[];
  /** Whether the page's own map is under it. */
  readonly isAboveOwn: boolean;
  /** Whether the map's library has taken the style. */
  isStyled: boolean;
  hasLoaded: boolean;
  wasAsked: boolean;
}

const NOTHING_YET = { isStyled: false, hasLoaded: false, wasAsked: false };

/** The map under the clients: the page's own, or the street map that the herd's configuration names. */
export class BaseMap {
  readonly #map: MapLibre;
  readonly #onState: (state: BaseMapState) => void;
  #theme: Theme;
  #wanted: StreetMap | undefined;
  #shown: ShownStreets | undefined;
  /** In which theme the page's own map is shown; `undefined`: a street map is. */
  #ownTheme: Theme | undefined;
  #loading = new AbortController();

  constructor(map: MapLibre, theme: Theme, onState: (state: BaseMapState) => void) {
    this.#map = map;
    this.#theme = theme;
    this.#ownTheme = theme;
    this.#onState = onState;
    map.setTransformRequest((url) => this.#request(url));
    map.on('style.load', () => {
      if (this.#shown !== undefined) this.#shown.isStyled = true;
    });
    map.on('error', (event) => this.#noteError(event));
    map.on('sourcedataloading', ({ sourceId, tile }: TileEvent) => {
      if (this.#shown?.sources.has(sourceId) === true && tile !== undefined)
        this.#shown.wasAsked = true;
    });
    map.on('sourcedata', (event: TileEvent) => this.#noteData(event));
    map.on('idle', () => this.#noteIdle());
  }

  /** Asks the herd which map it wants to be shown, and shows it. */
  async load(): Promise<void> {
    try {
      this.#wanted = await askStreetMap();
      await this.#show();
    } catch (error) {
      this.#fail(reasonOf(error));
    }
  }

  setTheme(theme: Theme): void {
    if (theme === this.#theme) return;
    this.#theme = theme;
    void this.#show();
  }

  remove(): void {
    this.#loading.abort('closed');
  }

  async #show(): Promise<void> {
    this.#loading.abort('superseded');
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    const wanted = this.#wanted && sourceFor(this.#wanted, this.#theme);
    if (wanted === undefined) {
      this.#showOwn();
      return this.#onState(OWN_MAP);
    }
    try {
      const { source, isOfTheme } = wanted;
      const { style, attribution } = await loadStreetStyle(source, this.#theme, isOfTheme, signal);
      if (signal.aborted) return;
      const own = new Set(Object.keys(baseStyle(this.#theme).sources));
      const sources = new Set(Object.keys(style.sources).filter((name) => !own.has(name)));
      const isAboveOwn = source.type !== 'style';
      this.#shown = { sources, attribution, isAboveOwn, ...NOTHING_YET };
      this.#ownTheme = undefined;
      this.#map.setStyle(style, { diff: false });
      this.#tell(undefined);
    } catch (error) {
      if (!signal.aborted) this.#fail(reasonOf(error));
    }
  }

  #showOwn(): void {
    this.#shown = undefined;
    if (this.#ownTheme === this.#theme) return; // there already
    this.#ownTheme = this.#theme;
    this.#map.setStyle(baseStyle(this.#theme), { diff: false });
  }

  #fail(failure: string): void {
    this.#showOwn();
    this.#onState({ ...OWN_MAP, failure });
  }

  #tell(failure: string | undefined): void {
    if (this.#shown === undefined) return;
    const { sources, attribution, isAboveOwn } = this.#shown;
    const said = [...sources].flatMap((name) => this.#map.getSource(name)?.attribution ?? []);
    const configured = this.#wanted?.attribution;
    const theirs =
      configured === null || configured === undefined
        ? [...attribution, ...said].map(htmlToText)
        : [configured];
    const all = new Set([...theirs, ...(isAboveOwn ? OWN_ATTRIBUTION : [])]);
    this.#onState({ attribution: [...all].filter((each) => each !== ''), failure });
  }

  #noteError({ error, sourceId }: ErrorEvent & { readonly sourceId?: string }): void {
    const shown = this.#shown;
    if (shown?.isStyled === false) return this.#fail(reasonOf(error));
    if (shown === undefined || sourceId === undefined || !shown.sources.has(sourceId)) {
      return console.warn(`The map: ${error.message}`);
    }
    if (shown.hasLoaded) return; // one tile that is missing is no news
    if (shown.isAboveOwn) this.#tell(reasonOf(error));
    else this.#fail(reasonOf(error));
  }

  #noteData({ sourceId, tile, sourceDataType }: TileEvent): void {
    const shown = this.#shown;
    if (shown === undefined || !shown.sources.has(sourceId)) return;
    if (sourceDataType === 'metadata') this.#tell(undefined);
    if (tile === undefined || shown.hasLoaded) return;
    shown.hasLoaded = true;
    this.#tell(undefined);
  }

  /** Tiles that do not exist are no errors. */
  #noteIdle(): void {
    const shown = this.#shown;
    if (shown?.wasAsked === true && !shown.hasLoaded) this.#tell('it has nothing here');
  }

  /** What the map's library asks for. @throws {Error} where the page may not load it */
  #request(url: string): RequestParameters {
    const { origin } = new URL(url, location.href);
    if (origin === location.origin || !/^https?:/.test(url)) return { url };
    if (this.#wanted?.origins.includes(origin) !== true) {
      throw new Error(`it loads from ${origin}, which map.origins in herd.yaml does not name`);
    }
    // Those who make maps for all want to know for whom: of the page's address the origin alone.
    return { url, referrerPolicy: 'strict-origin' };
  }
}

/** What the events of sources have, of tiles as well. */
type TileEvent = Pick<MapSourceDataEvent, 'sourceId' | 'sourceDataType'> & {
  readonly tile?: unknown;
};

/** Why something failed, for the user. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const status = 'status' in error && typeof error.status === 'number' ? error.status : 0;
  return status > 0 ? `it answers with HTTP status ${status}` : error.message;
}
