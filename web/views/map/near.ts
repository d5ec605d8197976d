import type { Point } from 'proxy-herd/client';

/** The radiuses that can be asked for, in metres. */
export const RADIUSES_M = [500, 1000, 5000, 20_000] as const;

/** The centre of the search for nearby clients. */
export interface Around {
  /** A client, or a point. */
  readonly around: string | Point;
  readonly radiusM: number;
}

/** So many decimals of a degree are a metre. */
const DECIMALS = 5;

/**
 * Reads the search for nearby clients from the URL.
 *
 * @param client the one that is selected
 * @param options `near`: the radius in metres; `point`: in degrees, latitude first, in place of a client
 */
export function parseAround(
  client: string | undefined,
  { near, point }: Readonly<Record<string, string>>,
): Around | undefined {
  const at = parsePoint(point);
  const radiusM = RADIUSES_M.find((each) => String(each) === near);
  const around = client ?? at;
  if (around === undefined) return undefined;
  if (radiusM !== undefined) return { around, radiusM };
  // About a client it is asked only where somebody wants to know; about a point that is what there is to know.
  return client === undefined ? { around, radiusM: RADIUSES_M[1] } : undefined;
}

/** Reads a point; `undefined`: there is none. */
function parsePoint(text: string | undefined): Point | undefined {
  const [latitude = NaN, longitude = NaN, ...others] = (text ?? '').split(',').map(Number);
  const isPoint = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && others.length === 0;
  return isPoint && text !== '' ? { latitude, longitude } : undefined;
}

export function formatPoint({ latitude, longitude }: Point): string {
  return `${latitude.toFixed(DECIMALS)},${longitude.toFixed(DECIMALS)}`;
}
