import { LngLatBounds, Map as MapLibre, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import type { Geofence, GeofenceShape, Point } from 'proxy-herd/client';

import type { MapArea } from '../../state/area.ts';
import type { ClientTable } from '../../state/client-table.ts';
import type { Theme } from '../../state/theme.ts';
import { BaseMap, type BaseMapState } from './base-map.ts';
import { cameraAt, type Camera } from './camera.ts';
import { ClientMarkers } from './client-markers.ts';
import type { Cluster } from './clusters.ts';
import type { Colouring } from './colours.ts';
import { DotsLayer } from './dots-layer.ts';
import type { Draft } from './geofence-draft.ts';
import { addGeofenceLayers, showDraft, showGeofences } from './geofence-layers.ts';
import { ringOf } from './geofence-shapes.ts';
import { GeofenceTool } from './geofence-tool.ts';
import { positionAt } from './glide.ts';
import { clusterAt, markerAt } from './hits.ts';
import type { Box } from './label-room.ts';
import { listenForPoints } from './long-press.ts';
import { formatView, type View } from './map-options.ts';
import type { MapName } from './map-name.ts';
import { namesOn } from './map-names.ts';
import { MapPlaces } from './map-places.ts';
import type { MarkerIcon } from './marker-icons.ts';
import { mostlyIn } from './mostly-in.ts';
import { toDegrees, toWorld, type WorldPoint } from './mercator.ts';
import type { Around } from './near.ts';
import { Overlay } from './overlay.ts';
import { overlayColours, RIMS } from './overlay-colours.ts';
import { baseStyle } from './style.ts';

setWorkerUrl(new URL(workerUrl, import.meta.url).href);

/** How often clusters and visible names are recomputed, in milliseconds. */
const LOOK_EVERY_MS = 1000;
/** How often markers are recoloured, in milliseconds: they fade over minutes. */
const RECOLOUR_EVERY_MS = 5000;
/** Where a client that is selected from elsewhere is looked at. */
const CLIENT_ZOOM = 13;
/** What is so near to a panel counts as covered, in pixels. */
const EDGE_PX = 48;
/** The whole herd is shown no nearer than this. */
const FIT_ZOOM = 14;

/** What the map is made of. */
export interface HerdMapParts {
  readonly container: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly clients: ClientTable;
  readonly theme: Theme;
  readonly view: View | undefined;
  readonly colouring: () => Colouring;
  /** Called with the client that was clicked; `undefined`: none was. */
  readonly onSelect: (client: string | undefined) => void;
  /** Called with a point of the map that is asked about: by a click of the other button, or a long press. */
  readonly onPoint: (point: Point) => void;
  /** What a client is called, what it looks like and what it is. */
  readonly nameOf: (client: string) => string;
  readonly faceOf: (client: string) => string | undefined;
  readonly iconOf: (client: string) => MarkerIcon | undefined;
  readonly onMove: (view: View) => void;
  /** Called with what is seen of the world, at first and when that has changed. */
  readonly onArea: (area: MapArea) => void;
  /** Called when the user moves the map, rather than the page. */
  readonly onDrag: () => void;
  /** What is covered of the map from the right and from below, in pixels. */
  readonly covered: () => { readonly right: number; readonly bottom: number };
  /** What of the map something lies on, in pixels from its upper left corner. */
  readonly covers: () => readonly Box[];
  readonly geofences: () => readonly Geofence[];
  readonly draft: () => Draft | undefined;
  /** Called when the draft is drawn further. */
  readonly onDraw: (shape: GeofenceShape) => void;
  /** Called with what is to be said of the map under the clients. */
  readonly onBaseMap: (state: BaseMapState) => void;
}

/** The map with the clients on it: what the components around it tell what to show. */
export class HerdMap {
  readonly map: MapLibre;
  /** What is under the clients. */
  readonly base: BaseMap;
  readonly #parts: HerdMapParts;
  readonly #clients: ClientMarkers;
  readonly #overlay: Overlay;
  readonly #tool: GeofenceTool;
  readonly #stillness = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #places: MapPlaces;
  readonly #timers: readonly ReturnType<typeof setInterval>[];
  #theme: Theme;
  #selected: string | undefined;
  #isFollowing = false;
  #highlighted: string | undefined;
  #names: readonly MapName[] = [];
  #near: Around | undefined;

  constructor(parts: HerdMapParts) {
    const { container, canvas, theme, view, clients } = parts;
    this.#parts = parts;
    this.#theme = theme;
    this.#overlay = new Overlay(canvas);
    this.#clients = new ClientMarkers(clients, performance.now());
    this.map = new MapLibre({
      container,
      style: baseStyle(theme),
      center: view === undefined ? [0, 25] : [view.longitude, view.latitude],
      zoom: view?.zoom ?? 1.5,
      maxZoom: 20,
      maxPitch: 0,
      dragRotate: false,
      pitchWithRotate: false,
      attributionControl: false,
      fadeDuration: 0,
    });
    this.#places = new MapPlaces(this.map);
    this.base = new BaseMap(this.map, theme, parts.onBaseMap);
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.#tool = new GeofenceTool({
      map: this.map,
      shape: () => parts.draft()?.shape,
      onChange: (shape) => parts.onDraw(shape),
    });
    this.#listen();
    this.update([...clients.values()].map(({ location }) => location.client));
    this.#timers = [
      setInterval(() => this.#look(), LOOK_EVERY_MS),
      setInterval(() => this.recolour(), RECOLOUR_EVERY_MS),
    ];
  }

  remove(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.base.remove();
    this.map.remove();
  }

  /** Shows the clients that have changed. */
  update(changed: Iterable<string>): void {
    const at = { nowMs: performance.now(), wallMs: Date.now() };
    this.#clients.update(changed, at, this.#parts.colouring(), !this.#stillness.matches);
    this.#follow();
    this.map.triggerRepaint();
  }

  /** Shows how many are where, as the herd counted them; none: the clients themselves are shown. */
  showCounts(counts: readonly Cluster[]): void {
    this.#clients.setCounts(counts);
    this.map.triggerRepaint();
  }

  /** Colours say something else now. */
  recolour(): void {
    this.#clients.recolour(Date.now(), this.#parts.colouring());
    this.map.triggerRepaint();
  }

  setTheme(theme: Theme): void {
    if (theme === this.#theme) return;
    this.#theme = theme;
    this.base.setTheme(theme);
    this.recolour();
  }

  select(client: string | undefined): void {
    this.#selected = client;
    this.map.triggerRepaint();
  }

  /** Points to a client. */
  highlight(client: string | undefined): void {
    this.#highlighted = client;
    this.map.triggerRepaint();
  }

  /** Shows the circle of the search for nearby clients. */
  showNear(near: Around | undefined): void {
    this.#near = near;
    this.map.triggerRepaint();
  }

  /** Shows the whole circle of the search for nearby clients. */
  fitNear(): void {
    const circle = this.#circle(performance.now());
    if (circle === undefined) return;
    this.showShape({ type: 'circle', ...toDegrees(circle.at), radiusM: circle.radiusM });
  }

  /** Moves to a point where a panel covers it. */
  reveal({ latitude, longitude }: Point): void {
    const { x, y } = this.map.project([longitude, latitude]);
    const { clientWidth, clientHeight } = this.map.getCanvas();
    const { right, bottom } = this.#parts.covered();
    if (x < clientWidth - right - EDGE_PX && y < clientHeight - bottom - EDGE_PX) return;
    this.goTo(toWorld(latitude, longitude), this.map.getZoom());
  }

  setFollowing(isFollowing: boolean): void {
    this.#isFollowing = isFollowing;
    this.#follow();
  }

  /** Where it is looked at. */
  view(): View {
    const { lat, lng } = this.map.getCenter();
    return { latitude: lat, longitude: lng, zoom: this.map.getZoom() };
  }

  /** Looks at what a link says, at once. What is looked at already stays as it is. */
  lookAt(view: View): void {
    if (formatView(this.view()) === formatView(view)) return;
    this.map.jumpTo({ center: [view.longitude, view.latitude], zoom: view.zoom });
  }

  /** Goes to a client. Returns whether there is one. */
  goToClient(client: string): boolean {
    const marker = this.#clients.markers.get(client);
    if (marker === undefined) return false;
    const zoom = Math.max(this.map.getZoom(), CLIENT_ZOOM);
    this.goTo(marker.glide.to, zoom);
    return true;
  }

  /** The middle of what is seen of the map. */
  middle(): { latitude: number; longitude: number } {
    const { lat, lng } = this.map.getCenter().wrap();
    return { latitude: lat, longitude: lng };
  }

  /** Shows the geofences as they are now, and the one that is being drawn. */
  showGeofences(): void {
    const draft = this.#parts.draft();
    const others = this.#parts.geofences().filter(({ name }) => name !== draft?.of);
    showGeofences(this.map, others);
    showDraft(this.map, draft);
  }

  /** Goes to where a geofence is. */
  showShape(shape: GeofenceShape): void {
    const bounds = new LngLatBounds();
    for (const [longitude = 0, latitude = 0] of ringOf(shape)) bounds.extend([longitude, latitude]);
    const { right, bottom } = this.#parts.covered();
    const padding = { top: 48, left: 48, right: right + 48, bottom: bottom + 48 };
    this.map.fitBounds(bounds, { padding, maxZoom: FIT_ZOOM, animate: false });
  }

  /** Goes to a point of the world, in the middle of what is not covered. */
  goTo(point: WorldPoint, zoom: number): void {
    const { latitude, longitude } = toDegrees(point);
    const { right, bottom } = this.#parts.covered();
    this.map.easeTo({
      offset: [-right / 2, -bottom / 2],
      center: [longitude, latitude],
      zoom,
      duration: this.#stillness.matches ? 0 : 400,
    });
  }

  /** Shows all clients, where there are any. */
  showAll(): void {
    const { clusters, markers } = this.#clients;
    const box = mostlyIn([
      ...clusters,
      ...markers.all.flatMap(({ glide, isHidden }) =>
        isHidden ? [] : [{ at: glide.to, count: 1 }],
      ),
    ]);
    if (box === undefined) return;
    this.map.fitBounds([box.west, box.south, box.east, box.north], {
      padding: 64,
      maxZoom: FIT_ZOOM,
      animate: false,
    });
  }

  #listen(): void {
    const { map } = this;
    const { container, onSelect, onMove, onArea, onDrag } = this.#parts;
    onArea(this.#area());
    map.on('style.load', () => {
      addGeofenceLayers(map, this.#theme);
      this.showGeofences();
      map.addLayer(new DotsLayer(this.#clients.markers, () => this.#moment()));
      this.#places.reset();
      void this.#places.show();
    });
    map.on('render', () => this.#draw());
    map.on('moveend', () => {
      // A view that is left loses its size before its map is removed.
      if (!container.isConnected) return;
      onMove(this.view());
      onArea(this.#area());
    });
    map.on('zoom', () => this.#clients.zoomTo(map.getZoom(), performance.now()));
    map.on('zoomend', () => void this.#places.show());
    map.on('dragstart', onDrag);
    listenForPoints(map, (at) => {
      if (this.#parts.draft() === undefined) this.#parts.onPoint(at);
    });
    map.on('click', (event) => {
      if (this.#tool.click(event)) return;
      const cluster = clusterAt(this.#camera(), this.#clients.clusters, event.point);
      if (cluster === undefined) onSelect(this.#clientAt(event.point));
      else this.goTo(cluster.at, map.getZoom() + 2);
    });
    map.on('mousemove', ({ point }) => {
      const isOver =
        clusterAt(this.#camera(), this.#clients.clusters, point) !== undefined ||
        this.#clientAt(point) !== undefined;
      map.getCanvas().style.cursor = isOver ? 'pointer' : '';
    });
  }

  #moment(): { nowMs: number; hasPulse: boolean; rim: readonly [number, number, number] } {
    return {
      nowMs: performance.now(),
      hasPulse: !this.#stillness.matches,
      rim: RIMS[this.#theme],
    };
  }

  /** Draws what is above the dots, in the same frame; asks for the next one as long as something moves. */
  #draw(): void {
    const nowMs = performance.now();
    const { markers, clusters, trails, movesUntilMs } = this.#clients;
    const selected = this.#selected === undefined ? undefined : markers.get(this.#selected);
    const state = selected && this.#parts.clients.get(selected.client);
    const isComplete = this.#overlay.draw({
      camera: this.#camera(),
      nowMs,
      markers: markers.all,
      clusters,
      selected,
      accuracyM: state?.location.accuracyM,
      trail: selected === undefined ? [] : trails.of(selected.client),
      near: this.#circle(nowMs),
      highlighted: this.#highlighted === undefined ? undefined : markers.get(this.#highlighted),
      mapNames: this.#names,
      covers: this.#parts.covers,
      nameOf: this.#parts.nameOf,
      faceOf: this.#parts.faceOf,
      iconOf: this.#parts.iconOf,
      colours: overlayColours(this.#theme),
    });
    if (!isComplete || nowMs < movesUntilMs) this.map.triggerRepaint();
  }

  #circle(nowMs: number): { readonly at: WorldPoint; readonly radiusM: number } | undefined {
    if (this.#near === undefined) return undefined;
    const { around, radiusM } = this.#near;
    if (typeof around !== 'string') {
      return { at: toWorld(around.latitude, around.longitude), radiusM };
    }
    const marker = this.#clients.markers.get(around);
    return marker && { at: positionAt(marker.glide, nowMs), radiusM };
  }

  #look(): void {
    this.#clients.cluster(this.map.getZoom(), performance.now());
    this.#names = namesOn(this.map, this.#parts.geofences());
    this.map.triggerRepaint();
  }

  #follow(): void {
    if (!this.#isFollowing || this.#selected === undefined) return;
    const marker = this.#clients.markers.get(this.#selected);
    if (marker === undefined || this.map.isZooming()) return;
    this.goTo(marker.glide.to, this.map.getZoom());
  }

  #clientAt(point: WorldPoint): string | undefined {
    return markerAt(this.#camera(), this.#clients.markers.all, performance.now(), point)?.client;
  }

  #camera(): Camera {
    const { lat, lng } = this.map.getCenter();
    const { clientWidth: width, clientHeight: height } = this.map.getCanvas();
    return cameraAt(toWorld(lat, lng), this.map.getZoom(), { width, height });
  }

  #area(): MapArea {
    const bounds = this.map.getBounds();
    const [west, south] = [bounds.getWest(), bounds.getSouth()];
    const [east, north] = [bounds.getEast(), bounds.getNorth()];
    return { west, south, east, north, zoom: this.map.getZoom() };
  }
}
