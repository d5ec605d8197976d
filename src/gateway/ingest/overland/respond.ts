import type { AppAnswer } from '../app.ts';

/** Overland: it keeps its points, and alerts the person, upon anything else. */
export function respond(): AppAnswer {
  return { status: 200, type: 'application/json', body: '{"result":"ok"}' };
}
