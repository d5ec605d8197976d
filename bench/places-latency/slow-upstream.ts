import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Scope } from '../harness/scope.ts';

const PLACES = 20;

/**
 * An upstream that speaks like Google's legacy Nearby Search. Every answer is twenty places at the
 * very point that is asked about.
 *
 * @param answerAfterMs how long it takes over each
 * @returns its base URL
 */
export async function startSlowUpstream(scope: Scope, answerAfterMs: number): Promise<string> {
  const server = createServer(({ url = '' }, response) => {
    const asked = new URL(url, 'http://upstream').searchParams.get('location') ?? '';
    const [lat = 0, lng = 0] = asked.split(',').map(Number);
    setTimeout(() => response.end(answer(lat, lng)), answerAfterMs);
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  await scope.defer(async () => {
    server.close().closeAllConnections();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the upstream has no port');
  return `http://127.0.0.1:${address.port}`;
}

function answer(lat: number, lng: number): string {
  const results = Array.from({ length: PLACES }, (_, n) => ({
    name: `place ${n}`,
    place_id: `${lat},${lng},${n}`,
    geometry: { location: { lat, lng } },
    types: ['cafe'],
    vicinity: 'around here',
  }));
  return JSON.stringify({ html_attributions: [], results, status: 'OK' });
}
