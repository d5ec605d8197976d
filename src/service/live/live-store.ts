import type { LocationStore } from '../../store/store.ts';

/** What live updates need of the store. */
export type LiveStore = Pick<
  LocationStore,
  | 'head'
  | 'has'
  | 'isPastHorizon'
  | 'find'
  | 'signs'
  | 'openAfter'
  | 'readClients'
  | 'close'
  | 'slotOf'
  | 'isRemoval'
  | 'seqOf'
  | 'clientOf'
  | 'latitudeE7'
  | 'longitudeE7'
  | 'origins'
  | 'originOf'
  | 'sequenceOf'
>;
