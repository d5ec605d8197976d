import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenProvider } from '#src/places/descriptor.js';
import { FILE } from '#src/places/file/descriptor.js';
import { createFileProvider } from '#src/places/file/provider.js';
import { GEONAMES } from '#src/places/geonames/descriptor.js';
import { GOOGLE } from '#src/places/google/descriptor.js';
import { HttpClient } from '#src/places/http/http-client.js';
import type { EmbeddedPlaces } from '#src/places/provider.js';
import type { Position } from '#src/protocol/position.js';
import type { Scope } from '../harness/scope.ts';
import { cityPlaces } from './city-places.ts';
import { startGoogleUpstream } from './google-upstream.ts';

export type ProviderName = 'geonames' | 'file' | 'google';

/** A provider, and the places that it answers from, which can answer every question exactly. */
export interface Upstream extends OpenProvider {
  readonly truth: EmbeddedPlaces;
}

const DEADLINE_MS = 10_000;

/** Opens the providers as a server does. */
export async function openUpstreams(
  scope: Scope,
  cities: readonly Position[],
): Promise<Readonly<Record<ProviderName, Upstream>>> {
  const http = new HttpClient({ connections: 16, connectMs: DEADLINE_MS });
  await scope.defer(() => http.close());
  const parts = { key: 'key', http, deadlineMs: DEADLINE_MS };
  const folder = scope.folder();
  const open = async (opening: Promise<OpenProvider>): Promise<OpenProvider> => {
    const opened = await opening;
    await scope.defer(async () => opened.close?.());
    return opened;
  };
  const geonames = await open(GEONAMES.open({}, parts));

  const rated = join(folder, 'rated.index');
  await writeFile(rated, cityPlaces(cities, weightOf));
  const file = await open(FILE.open({ file: rated }, parts));

  const ranked = join(folder, 'ranked.index');
  await writeFile(
    ranked,
    cityPlaces(cities, (place) => MOST_PROMINENT - place),
  );
  const known = createFileProvider(ranked);
  await scope.defer(() => known.close());
  const google = await open(GOOGLE.open({ url: await startGoogleUpstream(scope, known) }, parts));

  return {
    geonames: { ...geonames, truth: truthOf(geonames) },
    file: { ...file, truth: truthOf(file) },
    google: { ...google, truth: known },
  };
}

const MOST_PROMINENT = 1_000_000;

/** As an import of OpenStreetMap weighs places: one in twenty 3, seven 2, ten 1, two 0. */
function weightOf(place: number): number {
  const of20 = place % 20;
  if (of20 < 1) return 3;
  if (of20 < 8) return 2;
  return of20 < 18 ? 1 : 0;
}

/** A provider that has all places at hand answers from them itself. */
function truthOf({ provider }: OpenProvider): EmbeddedPlaces {
  const { name } = provider;
  return { name, nearby: (query, { signal }) => provider.nearby(query, { signal, onSent() {} }) };
}
