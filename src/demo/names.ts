/** What the IDs of all clients, and the names of all geofences, of a demo begin with. */
export const DEMO_PREFIX = 'demo-';
/** What the names of its clients on their cards begin with. */
export const DEMO_NAME = 'Demo: ';
