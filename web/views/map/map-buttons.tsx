import type { JSX } from 'preact';

import { navigate, route, setOptions } from '../../route/router.ts';
import { AreaIcon, FrameIcon, MinusIcon, NearIcon, PlusIcon } from '../../ui/icons.tsx';
import type { HerdMap } from './herd-map.ts';
import { formatPoint } from './near.ts';
import './map-buttons.css';

/** Nearer, farther, all clients, and the geofences. What moves the map is disabled until there is one. */
export function MapButtons({ map }: { readonly map: HerdMap | undefined }): JSX.Element {
  return (
    <div class="map-buttons" role="group" aria-label="Map">
      <button
        type="button"
        class="button icon-only"
        aria-label="Zoom in"
        disabled={map === undefined}
        onClick={() => map?.map.zoomIn()}
      >
        <PlusIcon />
      </button>
      <button
        type="button"
        class="button icon-only"
        aria-label="Zoom out"
        disabled={map === undefined}
        onClick={() => map?.map.zoomOut()}
      >
        <MinusIcon />
      </button>
      <button
        type="button"
        class="button icon-only"
        aria-label="Show all clients"
        disabled={map === undefined}
        onClick={() => map?.showAll()}
      >
        <FrameIcon />
      </button>
      <button
        type="button"
        class="button icon-only"
        aria-label="Who is near the middle of the map"
        disabled={map === undefined}
        onClick={() => {
          if (map === undefined) return;
          navigate('map');
          setOptions({ panel: undefined, point: formatPoint(map.middle()) });
        }}
      >
        <NearIcon />
      </button>
      <button
        type="button"
        class="button icon-only"
        aria-label="Geofences"
        aria-pressed={route.value.options['panel'] === 'geofences'}
        onClick={toggleGeofences}
      >
        <AreaIcon />
      </button>
    </div>
  );
}

function toggleGeofences(): void {
  const isOpen = route.value.options['panel'] === 'geofences';
  setOptions({ panel: isOpen ? undefined : 'geofences' });
}
