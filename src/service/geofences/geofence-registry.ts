import type { StoredDocuments } from '../../store/stored-documents.ts';
import type { StoredOutcome } from '../report-outcome.ts';
import { checkedGeofence } from './check-geofence.ts';
import {
  decodeGeofence,
  documentNameOf,
  encodeGeofence,
  geofenceNameOf,
} from './geofence-document.ts';
import type { Geofence } from './geofence.ts';

/** The most geofences: each report may be looked at against those around it, and a list of all is one answer. */
export const MAX_GEOFENCES = 1000;

/** What becomes of a geofence that is put or removed. */
export type GeofenceOutcome =
  | StoredOutcome
  | 'too many geofences' // it is a new one, and there are as many as there may be
  | 'unknown geofence'; // it is to be removed, and there is none of that name here

/** Told of a geofence that is new or another one now; `undefined`: it was removed. */
export type OnGeofenceChanged = (name: string, fence: Geofence | undefined) => void;

/** The dependencies of the registry. */
export interface GeofenceRegistryParts {
  readonly documents: Pick<StoredDocuments, 'watch'>;
  /** Puts a document, or removes one: `body` is `undefined`. */
  readonly putDocument: (
    name: string,
    body: string | undefined,
  ) => Promise<StoredOutcome> | StoredOutcome;
  /** What a journal that is being replayed has yet to bring. */
  readonly replay: { readonly replaying: boolean; readonly replayed: Promise<void> };
}

/**
 * All geofences of the herd: documents of the store, which are kept and replicated as locations are. What is in here is
 * built from the documents alone as they arrive, from any server.
 */
export class GeofenceRegistry {
  readonly #parts: GeofenceRegistryParts;
  readonly #fences = new Map<string, Geofence>();
  readonly #watchers = new Set<OnGeofenceChanged>();

  constructor(parts: GeofenceRegistryParts) {
    this.#parts = parts;
    parts.documents.watch((name, body) => this.#take(name, body));
  }

  /** All that are known by now, by their names: fewer than there are while a journal is replayed. */
  get known(): ReadonlyMap<string, Geofence> {
    return this.#fences;
  }

  /** All geofences, in the order of their names. */
  async list(): Promise<readonly Geofence[]> {
    const { replay } = this.#parts;
    if (replay.replaying) await replay.replayed;
    return [...this.#fences.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The geofence of a name; `undefined` where there is none. */
  async get(name: string): Promise<Geofence | undefined> {
    const { replay } = this.#parts;
    if (replay.replaying && !this.#fences.has(name)) await replay.replayed;
    return this.#fences.get(name);
  }

  /**
   * Puts a geofence in the whole herd, in the place of one of its name.
   *
   * @returns settled once what `acknowledge` promises of it is true, or cannot be
   * @throws {GeofenceError} where a value is not what it has to be
   */
  async put(fence: Geofence): Promise<GeofenceOutcome> {
    const checked = checkedGeofence(fence);
    const { name } = checked;
    if ((await this.get(name)) === undefined && this.#fences.size >= MAX_GEOFENCES) {
      return 'too many geofences';
    }
    return this.#parts.putDocument(documentNameOf(name), encodeGeofence(checked));
  }

  /** Removes a geofence from the whole herd. */
  async remove(name: string): Promise<GeofenceOutcome> {
    if ((await this.get(name)) === undefined) return 'unknown geofence';
    return this.#parts.putDocument(documentNameOf(name), undefined);
  }

  /**
   * Tells of each change from now on, in order: of this server's callers, of other servers and of a journal's replay. It
   * is told within the change: the next record is not taken in before.
   *
   * @returns a function that ends it
   */
  watch(onGeofenceChanged: OnGeofenceChanged): () => void {
    this.#watchers.add(onGeofenceChanged);
    return () => this.#watchers.delete(onGeofenceChanged);
  }

  #take(documentName: string, body: string | undefined): void {
    const name = geofenceNameOf(documentName);
    if (name === undefined) return;
    const fence = body === undefined ? undefined : decodeGeofence(name, body);
    if (fence === undefined) {
      if (!this.#fences.delete(name)) return;
    } else this.#fences.set(name, fence);
    for (const tell of this.#watchers) tell(name, fence);
  }
}
