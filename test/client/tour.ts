import type { Herd as HerdType, HerdOptions } from '#src/client/index.js';

/*
 * A tour of the library that runs anywhere: in Node, on Bun and in a page. It takes the library's class, so that it
 * imports nothing itself.
 */

/** What a tour is given: the library, and a herd whose first server is away. */
export interface TourSpec extends Pick<HerdOptions, 'servers' | 'deadlineMs' | 'attemptMs'> {
  readonly token: string;
  /** The prefix of the clients of this tour. */
  readonly name: string;
}

/** Goes through everything that the library does; a line for each thing. */
export async function tour(
  Herd: typeof HerdType,
  { name, ...options }: TourSpec,
): Promise<string[]> {
  const told: string[] = [];
  const client = `${name}-ä/1`;
  const other = `${name}-2`;
  const herd = new Herd({ ...options, onDrop: ({ reason }) => told.push(`dropped ${reason}`) });
  const time = '2026-05-19T22:53:47.959498503Z';
  await herd.report({ client, latitude: 50, longitude: 8, time, accuracyM: 5 });
  const location = await herd.locate(client);
  told.push(`located at ${location?.latitude} ${location?.time} ±${location?.accuracyM} m`);
  told.push(`nobody: ${(await herd.locate(`${name}-nobody`))?.client}`);
  const results = await herd.reportAll([
    { client: other, latitude: 50.01, longitude: 8 },
    { client: `stranger-of-${name}`, latitude: 1, longitude: 2 },
  ]);
  told.push(...results.map(({ isConfirmed, error }) => `${isConfirmed} ${error?.code}`));
  for await (const { client, distanceM } of herd.near(other, { name: `${name}-*` })) {
    told.push(`near: ${client} ${Math.round(distanceM)} m`);
  }
  for await (const { client } of herd.clients({ name: `${name}-*` })) told.push(`is: ${client}`);
  const { places } = await herd.places(other, { radiusM: 50_000, limit: 3 });
  told.push(`${places.length} places`);

  const shape = { type: 'circle', latitude: 40, longitude: 8, radiusM: 500 } as const;
  await herd.geofences.put({ name: `${name} yard`, shape });
  told.push(`geofence: ${(await herd.geofences.get(`${name} yard`))?.shape.type}`);
  const subscription = herd.subscribe({ clients: [other] });
  for await (const event of subscription) {
    if (event.type !== 'location') told.push(`event: ${event.type}`);
    if (event.type === 'ready') {
      herd.enqueue({ client: other, latitude: 40, longitude: 8 });
      const { confirmed, unsent } = await herd.flush();
      told.push(`flushed: ${confirmed} ${unsent}`);
    }
    if (event.type === 'enter') break;
  }
  await herd.geofences.remove(`${name} yard`);
  await herd.remove(other);
  told.push(`removed: ${(await herd.locate(other))?.client}`);
  told.push(`servers: ${(await herd.status()).servers.length}`);
  try {
    await herd.report({ client, latitude: 1, longitude: 2 }, { signal: AbortSignal.abort() });
  } catch (error) {
    told.push(`aborted: ${error instanceof Error ? error.name : String(error)}`);
  }
  await herd.close();
  return told;
}

/** What a tour tells. */
export function expectedOf(name: string): string[] {
  return [
    'located at 50 2026-05-19T22:53:47.959498503Z ±5 m',
    'nobody: undefined',
    'true undefined',
    'false forbidden',
    `near: ${name}-ä/1 1112 m`,
    `is: ${name}-ä/1`,
    `is: ${name}-2`,
    '3 places',
    'geofence: circle',
    'event: ready',
    'flushed: 1 0',
    'event: enter',
    'removed: undefined',
    'servers: 1',
    'aborted: AbortError',
  ];
}
