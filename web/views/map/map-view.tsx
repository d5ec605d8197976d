import { useComputed, useSignalEffect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import 'maplibre-gl/dist/maplibre-gl.css';

import { navigate, route, setOptions } from '../../route/router.ts';
import { followGeofences, geofences } from '../../state/geofences.ts';
import { herd } from '../../state/herd.ts';
import { setMapArea } from '../../state/follow-clients.ts';
import { clients, coverage, onClients } from '../../state/live.ts';
import { mapCentre } from '../../state/map-centre.ts';
import { theme } from '../../state/theme.ts';
import { Attribution, StreetMapFailure } from './base-map-notes.tsx';
import { ClientPanel } from './client-panel.tsx';
import type { Colouring } from './colours.ts';
import { EmptyHerd } from './empty-herd.tsx';
import { GeofencePanel } from './geofence-panel.tsx';
import { HerdMap } from './herd-map.ts';
import { Legend } from './legend.tsx';
import { lookAtFirst } from './look-at-first.ts';
import { MapButtons } from './map-buttons.tsx';
import {
  baseMap,
  colourMode,
  draft,
  formatView,
  isFollowing,
  parseView,
  type View,
} from './map-options.ts';
import { toWorld } from './mercator.ts';
import { SearchBox } from './search-box.tsx';
import './map-view.css';

/** The world, and the clients where they were last. */
export function MapView(): JSX.Element {
  const container = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [map, setMap] = useState<HerdMap>();
  const [failure, setFailure] = useState<string>();
  const colouring = useComputed<Colouring>(() => ({
    mode: colourMode.value,
    theme: theme.value,
    servers: (herd.value?.servers ?? []).map(({ server }) => server).sort(),
  }));
  useEffect(() => {
    if (container.current === null || canvas.current === null) return undefined;
    try {
      const made = new HerdMap({
        container: container.current,
        canvas: canvas.current,
        clients,
        theme: theme.peek(),
        view: parseView(route.peek().options['at']),
        colouring: () => colouring.peek(),
        onSelect: (client) => {
          if (client !== undefined) setOptions({ panel: undefined });
          navigate('map', client);
        },
        onArea: setMapArea,
        onMove: noteView,
        onDrag: () => {
          isFollowing.value = false;
        },
        covered,
        geofences: () => geofences.peek(),
        draft: () => draft.peek(),
        onBaseMap: (state) => {
          baseMap.value = state;
        },
        onDraw: (shape) => {
          const { value } = draft;
          if (value !== undefined) draft.value = { ...value, shape };
        },
      });
      setMap(made);
      void made.base.load();
      const ends = [onClients((changed) => made.update(changed)), followGeofences()];
      return () => {
        for (const end of ends) end();
        draft.value = undefined;
        made.remove();
      };
    } catch (error) {
      setFailure(String(error));
      return undefined;
    }
  }, []);
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

function noteView(view: View): void {
  mapCentre.value = view;
  setOptions({ at: formatView(view) });
}

/** What is said at the side: of the selected client, or of the geofences. */
function SidePanel({ map }: { readonly map: HerdMap | undefined }): JSX.Element | null {
  const { item, options } = route.value;
  if (options['panel'] === 'geofences') return <GeofencePanel map={map} />;
  return item === undefined ? null : <ClientPanel client={item} />;
}

/** What a panel covers of the map, in pixels. */
function covered(): { right: number; bottom: number } {
  const panel = document.querySelector('.map > .panel');
  if (panel === null) return { right: 0, bottom: 0 };
  const isSheet = matchMedia('(max-width: 640px)').matches;
  const { clientWidth, clientHeight } = panel;
  return isSheet ? { right: 0, bottom: clientHeight } : { right: clientWidth, bottom: 0 };
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
    map.recolour();
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
