import { useComputed, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import 'maplibre-gl/dist/maplibre-gl.css';

import { route } from '../../route/router.ts';
import { cards } from '../../state/cards.ts';
import { geofences } from '../../state/geofences.ts';
import { groups, groupsOf } from '../../state/groups.ts';
import { herd } from '../../state/herd.ts';
import { coverage } from '../../state/live.ts';
import { theme } from '../../state/theme.ts';
import { Attribution, StreetMapFailure } from './base-map-notes.tsx';
import { ClientPanel } from './client-panel.tsx';
import type { Colouring } from './colours.ts';
import { EmptyHerd } from './empty-herd.tsx';
import { GeofencePanel } from './geofence-panel.tsx';
import type { HerdMap } from './herd-map.ts';
import { Legend } from './legend.tsx';
import { lookAtFirst } from './look-at-first.ts';
import { MapButtons } from './map-buttons.tsx';
import { colourMode, draft, isFollowing, parseView } from './map-options.ts';
import { toWorld } from './mercator.ts';
import { parseAround } from './near.ts';
import { PointPanel } from './point-panel.tsx';
import { SearchBox } from './search-box.tsx';
import { useHerdMap } from './use-herd-map.ts';
import './map-view.css';

/** The world, and the clients where they were last. */
export function MapView(): JSX.Element {
  const container = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const colouring = useComputed<Colouring>(() => ({
    mode: colourMode.value,
    theme: theme.value,
    servers: (herd.value?.servers ?? []).map(({ server }) => server).sort(),
    groups: groups.value.map(({ name }) => name),
    groupsOf,
  }));
  const { map, failure } = useHerdMap(container, canvas, colouring);
  return (
    <div class="map">
      <div class="map-world" ref={container} />
      <canvas class="map-overlay" ref={canvas} aria-hidden="true" />
      {map !== undefined && <Watch map={map} colouring={colouring} />}
      <SearchBox map={map} />
      <Legend colouring={colouring.value} />
      <MapButtons map={map} />
      <Attribution />
      <StreetMapFailure map={map} />
      <EmptyHerd />
      {failure !== undefined && <NoMap reason={failure} />}
      <SidePanel map={map} />
    </div>
  );
}

function NoMap({ reason }: { readonly reason: string }): JSX.Element {
  return (
    <p class="map-failure" role="alert">
      The map needs WebGL 2, which this browser does not offer ({reason}). People has the same
      clients as a list.
    </p>
  );
}

/** What is said at the side: of the geofences, of the selected client, or of a point. */
function SidePanel({ map }: { readonly map: HerdMap | undefined }): JSX.Element | null {
  const { item, options } = route.value;
  if (options['panel'] === 'geofences') return <GeofencePanel map={map} />;
  if (item !== undefined) return <ClientPanel client={item} map={map} />;
  const near = parseAround(undefined, options);
  if (near === undefined || typeof near.around === 'string') return null;
  return <PointPanel point={near.around} radiusM={near.radiusM} map={map} />;
}

interface WatchProps {
  readonly map: HerdMap;
  readonly colouring: { readonly value: Colouring };
}

/** Tells the map what the page wants to see. Draws nothing. */
function Watch({ map, colouring }: WatchProps): null {
  const at = useComputed(() => route.value.options['at']);
  useSignalEffect(() => {
    const view = parseView(at.value);
    if (view !== undefined) map.lookAt(view);
  });
  useSignalEffect(() => map.setTheme(theme.value));
  useSignalEffect(() => {
    void geofences.value;
    void draft.value;
    map.showGeofences();
  });
  useSignalEffect(() => {
    void colouring.value;
    void cards.value;
    map.recolour();
  });
  useSignalEffect(() => {
    const { view, item, options } = route.value;
    map.showNear(view === 'map' ? parseAround(item, options) : undefined);
  });
  useSignalEffect(() => {
    map.select(route.value.view === 'map' ? route.value.item : undefined);
    map.setFollowing(isFollowing.value);
  });
  useSignalEffect(() => {
    const now = coverage.value;
    const cells = now.kind === 'counts' ? now.cells : [];
    map.showCounts(
      cells.map(({ latitude, longitude, count }) => ({ at: toWorld(latitude, longitude), count })),
    );
  });
  useEffect(() => lookAtFirst(map), [map]);
  return null;
}
