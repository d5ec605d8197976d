import { computed, signal } from '@preact/signals';

import { route, setOptions } from '../../route/router.ts';
import { OWN_MAP, type BaseMapState } from './base-map.ts';
import type { Draft } from './geofence-draft.ts';
import { COLOUR_MODES, type ColourMode } from './colours.ts';

/** What the colour of a marker says: of the URL. */
export const colourMode = computed<ColourMode>(
  () => COLOUR_MODES.find((mode) => mode === route.value.options['colour']) ?? 'age',
);

export function setColourMode(mode: ColourMode): void {
  setOptions({ colour: mode === 'age' ? undefined : mode });
}

/** Whether the map moves with the selected client. */
export const isFollowing = signal(false);

/** The geofence that is being drawn; `undefined`: none. */
export const draft = signal<Draft | undefined>(undefined);

/** What is to be said of the map under the clients. */
export const baseMap = signal<BaseMapState>(OWN_MAP);

/** Where the map is looked at. */
export interface View {
  readonly latitude: number;
  readonly longitude: number;
  readonly zoom: number;
}

/** Reads where the map is, of the URL; `undefined`: it does not say. */
export function parseView(text: string | undefined): View | undefined {
  const numbers = (text ?? '').split(',').map(Number);
  const [latitude = NaN, longitude = NaN, zoom = NaN] = numbers;
  if (numbers.length !== 3 || numbers.some((each) => !Number.isFinite(each))) return undefined;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 540 || zoom < 0 || zoom > 24)
    return undefined;
  return { latitude, longitude, zoom };
}

/** Writes where the map is, as exactly as its zoom shows it. */
export function formatView({ latitude, longitude, zoom }: View): string {
  const decimals = Math.max(1, Math.ceil((zoom * Math.LN2) / Math.LN10));
  return [latitude.toFixed(decimals), longitude.toFixed(decimals), zoom.toFixed(1)].join(',');
}
