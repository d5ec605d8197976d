import type { AppAnswer } from '../app.ts';

/** Traccar Client: any status of 2xx; all else blocks its queue. */
export function respond(): AppAnswer {
  return { status: 200, type: undefined, body: '' };
}
