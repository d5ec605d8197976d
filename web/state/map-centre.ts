import { signal } from '@preact/signals';

/** The middle of the map as it was looked at last, in degrees; `undefined`: it was not, since the page was opened. */
export const mapCentre = signal<
  { readonly latitude: number; readonly longitude: number } | undefined
>(undefined);
