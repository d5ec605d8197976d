import type { JSX } from 'preact';

import { FrameIcon, MinusIcon, PlusIcon } from '../../ui/icons.tsx';
import type { HerdMap } from './herd-map.ts';
import './map-buttons.css';

/** Nearer, farther, and all clients. */
export function MapButtons({ map }: { readonly map: HerdMap | undefined }): JSX.Element {
  return (
    <div class="map-buttons" role="group" aria-label="Map">
      <button
        type="button"
        class="button icon-only"
        aria-label="Zoom in"
        onClick={() => map?.map.zoomIn()}
      >
        <PlusIcon />
      </button>
      <button
        type="button"
        class="button icon-only"
        aria-label="Zoom out"
        onClick={() => map?.map.zoomOut()}
      >
        <MinusIcon />
      </button>
      <button
        type="button"
        class="button icon-only"
        aria-label="Show all clients"
        onClick={() => map?.showAll()}
      >
        <FrameIcon />
      </button>
    </div>
  );
}
