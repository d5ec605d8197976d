import type { Geofence } from '../client/geofence.ts';
import { DEMO_PREFIX } from './names.ts';

/** The geofences of a demo: a park, a quarter and a block of shops, on streets where many pass. */
export const DEMO_GEOFENCES: readonly Geofence[] = [
  {
    name: `${DEMO_PREFIX}macarthur-park`,
    shape: { type: 'circle', latitude: 34.0592, longitude: -118.2775, radiusM: 380 },
  },
  {
    name: `${DEMO_PREFIX}koreatown`,
    shape: {
      type: 'polygon',
      vertices: [
        { latitude: 34.0525, longitude: -118.3093 },
        { latitude: 34.0525, longitude: -118.2914 },
        { latitude: 34.0692, longitude: -118.2914 },
        { latitude: 34.0692, longitude: -118.3093 },
      ],
    },
  },
  {
    name: `${DEMO_PREFIX}larchmont`,
    shape: { type: 'circle', latitude: 34.0745, longitude: -118.3235, radiusM: 500 },
  },
];
