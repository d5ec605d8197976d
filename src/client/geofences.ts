import { isObject } from './answers.ts';
import { ProblemError } from './errors.ts';
import { segmentOf } from './filters.ts';
import type { Geofence } from './geofence.ts';
import type { CallOptions } from './call-options.ts';

/** What geofences are asked for with. */
export interface GeofenceCalls {
  readonly read: <T>(
    path: string,
    is: (value: unknown) => value is T,
    options: CallOptions,
  ) => Promise<T>;
  readonly change: (
    method: 'PUT' | 'DELETE',
    path: string,
    body: unknown,
    options: CallOptions,
  ) => Promise<void>;
}

/**
 * The geofences of a herd: areas that clients enter and leave, the same at all servers.
 *
 * @example
 * ```ts
 * const shape = { type: 'circle', latitude: 34.06893, longitude: -118.445127, radiusM: 400 } as const;
 * await herd.geofences.put({ name: 'campus', shape });
 * console.log(await herd.geofences.get('campus'));
 * ```
 */
export class Geofences {
  readonly #calls: GeofenceCalls;

  /** @internal */
  constructor(calls: GeofenceCalls) {
    this.#calls = calls;
  }

  /**
   * All of them, in the order of their names.
   *
   * @throws {HerdError}
   */
  async list(options: CallOptions = {}): Promise<readonly Geofence[]> {
    return (await this.#calls.read('/v1/geofences', isList, options)).geofences;
  }

  /**
   * The one of a name; `undefined` where there is none.
   *
   * @throws {HerdError}
   */
  async get(name: string, options: CallOptions = {}): Promise<Geofence | undefined> {
    try {
      return await this.#calls.read(pathOfName(name), isGeofence, options);
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'unknown-geofence') return undefined;
      throw error;
    }
  }

  /**
   * Creates one, or replaces the one of its name.
   *
   * @throws {OutcomeUnknownError} where the server was lost before it answered
   * @throws {HerdError}
   */
  async put({ name, ...rest }: Geofence, options: CallOptions = {}): Promise<void> {
    await this.#calls.change('PUT', pathOfName(name), rest, options);
  }

  /**
   * Removes one: who was in it has left it.
   *
   * @throws {ProblemError} `unknown-geofence` where there is none of this name
   * @throws {OutcomeUnknownError} where the server was lost before it answered
   * @throws {HerdError}
   */
  async remove(name: string, options: CallOptions = {}): Promise<void> {
    await this.#calls.change('DELETE', pathOfName(name), undefined, options);
  }
}

function pathOfName(name: string): string {
  return `/v1/geofences/${segmentOf('name', name)}`;
}

function isGeofence(value: unknown): value is Geofence {
  return isObject(value) && typeof value['name'] === 'string' && isObject(value['shape']);
}

function isList(value: unknown): value is { readonly geofences: readonly Geofence[] } {
  return (
    isObject(value) && Array.isArray(value['geofences']) && value['geofences'].every(isGeofence)
  );
}
