import type { Access } from '../../access/access.ts';
import type { ClientPattern } from '../../access/client-pattern.ts';
import type { Instant } from '../../protocol/timestamp.ts';
import type { Location, LocationService } from '../../service/location-service.ts';
import type { AnswerCommands } from '../commands-port.ts';
import type { DemoPort } from '../demo-port.ts';
import type { HerdHistory } from '../herd-history.ts';
import type { HerdSource } from '../herd-source.ts';
import type { Arrivals } from '../ingest/arrivals.ts';
import { negotiate } from '../http/accept.ts';
import { Problem, retryAfter } from '../http/problems.ts';
import type { MapOptions } from '../map/options.ts';
import type { LiveStreams } from '../events/streams.ts';
import type { Settling } from '../settling.ts';
import type { Consistency } from './consistency.ts';
import type { Caller, RouteRequest } from './route.ts';
import { formatClientId } from '../../protocol/client-id.ts';
import type { BesideLocation } from './location.ts';
import { describeSign } from './sign-of-life.ts';

/** What the routes need. */
export interface ApiContext {
  readonly service: LocationService;
  readonly herd: HerdSource;
  readonly history: Pick<HerdHistory, 'timesMs' | 'servers' | 'of'>;
  readonly settling: Settling;
  readonly consistency: Consistency;
  readonly streams: Pick<LiveStreams, 'open' | 'openWebSocket' | 'openRecorder'>;
  readonly now: () => Instant;
  /** Who may do what; `undefined`: everybody everything. */
  readonly access: Pick<Access, 'authenticate'> | undefined;
  readonly arrivals: Arrivals;
  /** The street map of the dashboard; `undefined`: there is none. */
  readonly map: () => MapOptions | undefined;
  /** The clients of a group; `undefined` where there is no such group. */
  readonly group: (name: string) => readonly ClientPattern[] | undefined;
  /** All groups, by name. */
  readonly groups: () => ReadonlyMap<string, readonly ClientPattern[]>;
  /** Who runs a demo for the whole herd; `undefined`: nobody. */
  readonly demo: DemoPort | undefined;
  readonly answerCommands: AnswerCommands;
}

/** The headers that a read takes. */
export const READ_HEADERS = {
  'Consistency-Token': 'What a write has answered: waits until this server has as much',
} as const;

/** Waits until a read sees what it has to: what its token asks for, and what was answered before it came. */
export async function untilReadable(
  { consistency, settling }: ApiContext,
  { headers, signal }: RouteRequest<unknown, unknown>,
): Promise<void> {
  const token = headers['consistency-token'];
  await consistency.wait(Array.isArray(token) ? token.join(',') : token, signal);
  await settling.settle();
}

/** @throws {Problem} where the journal is still being read */
export function requireReplayed({ herd }: Pick<ApiContext, 'herd'>): void {
  if (!herd.isReplaying()) return;
  throw new Problem('starting', 'a list would lack what the journal has', {}, retryAfter(1));
}

/**
 * The newest location of a client.
 *
 * @throws {Problem} where the caller may not read it, or no server knows it
 */
export async function locate(
  { service }: ApiContext,
  { caller, headers }: Pick<RouteRequest<unknown, unknown>, 'caller' | 'headers'>,
  client: Buffer,
): Promise<Location> {
  caller.require('read', client.toString('latin1'));
  const isFresh = headers['consistency-token'] !== undefined;
  const { locations } = service;
  const located = isFresh ? locations.getFresh(client) : locations.get(client);
  const location = await reaching(located);
  if (location !== undefined) return location;
  const id = JSON.stringify(formatClientId(client.toString('latin1')));
  const sign = service.signs.of(client);
  if (sign === undefined) {
    throw new Problem('unknown-client', `${id} has not reported to any server`);
  }
  const detail = `${id} was seen, and has not said where it is`;
  throw new Problem('unknown-client', detail, { ...describeSign(sign) });
}

/**
 * What is to come from other servers, where no server holds every client.
 *
 * @throws {Problem} where those who hold it cannot be reached
 */
export async function reaching<T>(coming: Promise<T> | T): Promise<T> {
  try {
    return await coming;
  } catch (error) {
    if (error instanceof RangeError || !(error instanceof Error)) throw error;
    throw new Problem('clients-unreachable', error.message, {}, retryAfter(1));
  }
}

/** What is known of a client beside its location, as far as a caller may know of it. */
export function besideOf(
  { service }: ApiContext,
  { readsGeofences }: Caller,
  location: Location,
): BesideLocation {
  const geofences = readsGeofences ? service.geofenceTracking.namesOf(location) : [];
  return { geofences, lastSeen: service.signs.lastSeen(location) };
}

const JSON_ONLY = 'application/json';
const GEOJSON = 'application/geo+json';

/** Whether an answer is to be GeoJSON. @throws {Problem} where neither that nor JSON is wanted */
export function wantsGeoJson(accept: string | undefined): boolean {
  const type = negotiate(accept, [JSON_ONLY, GEOJSON]);
  if (type !== undefined) return type === GEOJSON;
  throw new Problem('not-acceptable', `expected Accept to have ${JSON_ONLY} or ${GEOJSON}`);
}
