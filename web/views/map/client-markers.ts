import type { ClientState, ClientTable } from '../../state/client-table.ts';
import { clusterize, type Cluster, type MarkerCluster } from './clusters.ts';
import { colourOf, isStale, type Colouring } from './colours.ts';
import { glideTo, positionAt, resting } from './glide.ts';
import { Markers, type Look, type Marker } from './markers.ts';
import { toWorld } from './mercator.ts';
import { Trails } from './trails.ts';

/** Who is slower rests: a receiver that lies on a table has a speed as well. In metres a second. */
const MOVES_FROM_MPS = 0.7;
/** The buffer's clock is reset after this time, in milliseconds, so that its numbers stay exact to a millisecond. */
const EPOCH_LASTS_MS = 3_600_000;

/** The clients as the map shows them: a marker and a trail each, and the clusters. Reads no clock. */
export class ClientMarkers {
  readonly markers: Markers;
  readonly trails = new Trails();
  readonly #clients: ClientTable;
  #clusters: readonly MarkerCluster<Marker>[] = [];
  #counts: readonly Cluster[] = [];
  #zoomStep: number | undefined;
  /** When the last glide and the last pulse end. */
  #movesUntilMs = 0;

  constructor(clients: ClientTable, nowMs: number) {
    this.#clients = clients;
    this.markers = new Markers(nowMs);
  }

  /** What is shown as a number. */
  get clusters(): readonly Cluster[] {
    return this.#counts.length === 0 ? this.#clusters : this.#counts;
  }

  /** Shows how many are where, as the herd counted them; none: the clients themselves are shown. */
  setCounts(counts: readonly Cluster[]): void {
    this.#counts = counts;
  }

  get movesUntilMs(): number {
    return this.#movesUntilMs;
  }

  /**
   * Brings the markers of some clients up to date.
   *
   * @param at the time of the page, by the clock of glides and by the clock of fixes
   * @param canMove whether markers glide
   */
  update(
    changed: Iterable<string>,
    at: { readonly nowMs: number; readonly wallMs: number },
    colouring: Colouring,
    canMove: boolean,
  ): void {
    for (const client of changed) {
      const state = this.#clients.get(client);
      if (state === undefined) {
        this.markers.remove(client);
        this.trails.remove(client);
        continue;
      }
      this.#put(state, at, colouring, canMove);
    }
  }

  /** Recolours all markers: they have become older, or the meaning of colours has changed. */
  recolour(wallMs: number, colouring: Colouring): void {
    for (const marker of this.markers.all) {
      const state = this.#clients.get(marker.client);
      if (state !== undefined) this.markers.setLook(marker, lookOf(state, wallMs, colouring));
    }
  }

  /** Recomputes the clusters if the zoom has reached another step: only then the cells differ. */
  zoomTo(zoom: number, nowMs: number): void {
    if (Math.floor(zoom) !== this.#zoomStep) this.cluster(zoom, nowMs);
  }

  /** Recomputes the clusters, and resets the buffer's clock when it is due. */
  cluster(zoom: number, nowMs: number): void {
    this.#zoomStep = Math.floor(zoom);
    const before = new Set(this.#clusters.flatMap(({ members }) => members));
    this.#clusters = clusterize(this.markers.all, zoom, ({ glide }) => positionAt(glide, nowMs));
    for (const { members } of this.#clusters) {
      for (const marker of members) {
        this.markers.setHidden(marker, true);
        before.delete(marker);
      }
    }
    for (const marker of before) {
      if (this.markers.get(marker.client) === marker) this.markers.setHidden(marker, false);
    }
    if (nowMs - this.markers.epochMs > EPOCH_LASTS_MS) this.markers.setEpoch(nowMs);
  }

  #put(
    state: ClientState,
    { nowMs, wallMs }: { readonly nowMs: number; readonly wallMs: number },
    colouring: Colouring,
    canMove: boolean,
  ): void {
    const { location, fixMs, before } = state;
    const { client } = location;
    const fix = toWorld(location.latitude, location.longitude);
    const last = this.markers.get(client)?.glide;
    const isNew = last === undefined || before === undefined || !canMove;
    const glide = isNew ? resting(fix) : glideTo(last, fix, nowMs, fixMs - before.fixMs);
    this.trails.add(client, fix);
    this.markers.put(client, glide, lookOf(state, wallMs, colouring));
    this.#movesUntilMs = Math.max(this.#movesUntilMs, nowMs + Math.max(glide.durationMs, 800));
  }
}

function lookOf({ location, fixMs }: ClientState, wallMs: number, colouring: Colouring): Look {
  const ageS = Math.max(0, wallMs - fixMs) / 1000;
  const { speedMps = 0, courseDeg } = location;
  return {
    colour: colourOf(location, ageS, colouring),
    courseDeg: speedMps >= MOVES_FROM_MPS ? courseDeg : undefined,
    isStale: isStale(ageS),
  };
}
