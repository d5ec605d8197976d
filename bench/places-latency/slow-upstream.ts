import type { RequestListener } from 'node:http';

const PLACES = 20;

/**
 * An upstream that speaks like Google's legacy Nearby Search. Every answer is twenty places at the
 * very point that is asked about.
 *
 * @param answerAfterMs how long it takes over each
 */
export function slowUpstream(answerAfterMs: number): RequestListener {
  return ({ url = '' }, response) => {
    const asked = new URL(url, 'http://upstream').searchParams.get('location') ?? '';
    const [lat = 0, lng = 0] = asked.split(',').map(Number);
    setTimeout(() => response.end(answer(lat, lng)), answerAfterMs);
  };
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
