import type { AppAnswer } from '../app.ts';

/** A Traccar server: any status of 2xx. */
export function respond(): AppAnswer {
  return { status: 200, type: undefined, body: '' };
}
