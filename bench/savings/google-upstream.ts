import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { EmbeddedPlaces, Place } from '#src/places/provider.js';
import type { Scope } from '../harness/scope.ts';

/** What of a request of the Places API (New) decides on the places. */
interface Asked {
  readonly rankPreference: 'POPULARITY' | 'DISTANCE';
  readonly locationRestriction: {
    readonly circle: {
      readonly center: { readonly latitude: number; readonly longitude: number };
      readonly radius: number;
    };
  };
}

/**
 * An upstream on loopback that speaks like Nearby Search of the Places API (New).
 *
 * @param places what it answers from
 * @returns its URL
 */
export async function startGoogleUpstream(scope: Scope, places: EmbeddedPlaces): Promise<string> {
  const server = createServer((request, response) => {
    json(request)
      .then((asked) => answerTo(places, asked as Asked))
      .then(
        (answer) => response.writeHead(200, { 'content-type': 'application/json' }).end(answer),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  });
  // A replay keeps the processor for seconds: a connection that was closed meanwhile would be asked over.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await scope.defer(async () => {
    server.close();
    server.closeAllConnections();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answerTo(places: EmbeddedPlaces, asked: Asked): Promise<string> {
  const { center, radius } = asked.locationRestriction.circle;
  const rank = asked.rankPreference === 'DISTANCE' ? 'distance' : 'prominence';
  const choices = { rank, types: [], language: undefined } as const;
  const { signal } = new AbortController();
  const query = { ...center, radiusMetres: radius, choices };
  const { page } = await places.nearby(query, { signal });
  return JSON.stringify({ places: page.results.map(toGoogle) });
}

function toGoogle({ place_id: id, name, geometry, types, vicinity }: Place): object {
  const { lat: latitude, lng: longitude } = geometry.location;
  const displayName = { text: name, languageCode: 'en' };
  const location = { latitude, longitude };
  return { id, displayName, location, types, shortFormattedAddress: vicinity };
}
