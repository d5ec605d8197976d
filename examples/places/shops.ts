/*
 * Shops of one's own as a provider of places, with the cache of Proxy-herd before it: how many of a van's questions on its way
 * does the database have to answer?
 *
 *     npm install proxy-herd
 *     npx tsx shops.ts
 */
import { createNearbySearch, type Place, type PlaceProvider } from 'proxy-herd/places';

/** What stands for a database: a shop every 200 m along a street. */
const SHOPS: readonly Place[] = Array.from({ length: 100 }, (_, i) => ({
  name: `Shop ${i + 1}`,
  place_id: `shop:${i + 1}`,
  geometry: { location: { lat: 34.0 + i * 0.0018, lng: -118.4 } },
  types: ['store'],
  vicinity: 'Long Street',
}));

/** Metres in a degree of latitude; good enough for a street that runs north. */
const METRES_A_DEGREE = 111_195;
const MAX_PLACES = 20;

const database: PlaceProvider = {
  name: 'shops',
  async nearby({ latitude, radiusMetres }, { signal, onSent }) {
    signal.throwIfAborted();
    onSent(); // here the question would leave for the database
    const distanceOf = ({ geometry }: Place): number =>
      Math.abs(geometry.location.lat - latitude) * METRES_A_DEGREE;
    const found = SHOPS.filter((shop) => distanceOf(shop) <= radiusMetres);
    const results = found.sort((a, b) => distanceOf(a) - distanceOf(b)).slice(0, MAX_PLACES);
    const status = results.length === 0 ? 'ZERO_RESULTS' : 'OK';
    // Complete: the cache may answer smaller circles within this one.
    const complete = found.length <= MAX_PLACES;
    return { page: { html_attributions: [], results, status }, complete };
  },
};

await using search = await createNearbySearch({
  provider: { provider: database, traits: { tellsTypes: true } },
});

let shops = 0;
for (let step = 0; step < 100; step++) {
  // The van moves 5 m at a time and asks for what is within 1 km.
  const latitude = 34.05 + (step * 5) / METRES_A_DEGREE;
  const { places } = await search.find({ latitude, longitude: -118.4, radiusMetres: 1000 });
  shops += places.length;
}
const { answers, calls } = search.counts;
console.log(`${shops} shops in 100 answers`);
console.log(`${calls.answered} calls, ${answers.fresh} answers from the cache`);
