import type { WantedChoices } from '../places/choices.ts';
import type { FoundPlaces } from '../places/found-places.ts';
import type { NearbySearch } from '../places/nearby-search.ts';
import type { Location } from '../store/location.ts';

const METRES_A_KILOMETRE = 1000;

/** The places near clients. */
export class NearbyPlaces {
  /** How many questions there were, by any front end. */
  asked = 0;
  readonly #search: Pick<NearbySearch, 'nearby' | 'find'>;

  constructor(search: Pick<NearbySearch, 'nearby' | 'find'>) {
    this.#search = search;
  }

  /**
   * The places near a location, as a reply has them: JSON in UTF-8, and two line ends. They are chosen as the
   * configuration says. Bytes that are shared: nobody may change them.
   *
   * @param bound the most places
   * @param signal ends the search, which then rejects
   */
  reply(
    location: Location,
    radiusKm: number,
    bound: number,
    signal: AbortSignal,
  ): Buffer | Promise<Buffer> {
    this.asked += 1;
    const query = { ...location.position, radiusMetres: radiusKm * METRES_A_KILOMETRE, bound };
    return this.#search.nearby(query, signal);
  }

  /**
   * The places near a location in plain values.
   *
   * @param bound the most places
   * @param wanted what is not there is chosen by the configuration
   * @param signal ends the search, which then rejects
   * @throws {ChoicesError} where the provider cannot answer such a question
   */
  find(
    { position }: Location,
    { radiusMetres, bound }: { readonly radiusMetres: number; readonly bound: number },
    wanted: WantedChoices,
    signal: AbortSignal,
  ): Promise<FoundPlaces> {
    this.asked += 1;
    return this.#search.find({ ...position, radiusMetres, bound }, wanted, signal);
  }
}
