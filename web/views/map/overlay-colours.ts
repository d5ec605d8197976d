import type { Theme } from '../../state/theme.ts';
import type { OverlayColours } from './overlay.ts';

/** The colours of tokens.css, for what is drawn on canvases. */
const COLOURS: Readonly<Record<Theme, OverlayColours>> = {
  light: {
    ink: '#16202c',
    halo: '#f4f5f6',
    accent: '#0b66c3',
    accentSoft: 'rgb(11 102 195 / 14%)',
    accentInk: '#ffffff',
  },
  dark: {
    ink: '#e9edf2',
    halo: '#151a20',
    accent: '#62adf5',
    accentSoft: 'rgb(98 173 245 / 16%)',
    accentInk: '#08131f',
  },
};

/** The rim around a dot, 0 to 1. */
export const RIMS: Readonly<Record<Theme, readonly [number, number, number]>> = {
  light: [1, 1, 1],
  dark: [0.08, 0.1, 0.13],
};

export function overlayColours(theme: Theme): OverlayColours {
  return COLOURS[theme];
}
