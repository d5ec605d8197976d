/** What the names of all clients and geofences of a demo begin with. */
export const DEMO_PREFIX = 'demo-';
