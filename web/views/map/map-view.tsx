import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { Map as MapLibre, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import 'maplibre-gl/dist/maplibre-gl.css';

import { theme } from '../../state/theme.ts';
import { baseStyle } from './style.ts';
import './map-view.css';

setWorkerUrl(new URL(workerUrl, import.meta.url).href);

/** The world, and the clients where they were last. */
export function MapView(): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (frame.current === null) return;
    const map = new MapLibre({
      container: frame.current,
      style: baseStyle(theme.peek()),
      center: [0, 25],
      zoom: 1.5,
      attributionControl: false,
    });
    return () => map.remove();
  }, []);
  return <div class="map" ref={frame} />;
}
