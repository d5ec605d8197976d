import type { AppAnswer } from '../app.ts';

/** Colota: any status of 2xx; it repeats all else for ever. */
export function respond(): AppAnswer {
  return { status: 200, type: undefined, body: '' };
}
