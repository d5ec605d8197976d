import { effect, signal } from '@preact/signals';
import { HerdError, type Geofence, type Herd } from 'proxy-herd/client';

import { AnswerOrder } from './answer-order.ts';
import { connection, noteUnauthorized } from './connection.ts';
import { pause } from './pause.ts';
import { isSignedOut } from './session.ts';

/** Others may change them: they are asked for so often, in milliseconds. */
const EVERY_MS = 15_000;

/** All geofences of the herd; empty where the user may not see them. */
export const geofences = signal<readonly Geofence[]>([]);

/** Why there are none to see, or why they are not as they are now; `undefined`: they are. */
export const geofencesFailure = signal<string | undefined>(undefined);

const order = new AnswerOrder();

/** Follows the geofences. Returns what ends that. */
export function followGeofences(): () => void {
  return effect(() => {
    if (isSignedOut.value) return;
    const closing = new AbortController();
    void follow(connection.value, closing.signal);
    return () => closing.abort('closed');
  });
}

async function follow(herd: Herd, closed: AbortSignal): Promise<void> {
  while (!closed.aborted) {
    await refresh(herd, closed);
    await pause(EVERY_MS, closed);
  }
}

async function refresh(herd: Herd, signal?: AbortSignal): Promise<void> {
  const asked = order.ask();
  try {
    const listed = await herd.geofences.list({ signal });
    if (!order.take(asked)) return;
    geofences.value = listed;
    geofencesFailure.value = undefined;
  } catch (error) {
    if (signal?.aborted === true || noteUnauthorized(error)) return;
    geofencesFailure.value = error instanceof HerdError ? error.message : String(error);
  }
}

/**
 * Puts a geofence in the whole herd, in the place of one of its name.
 *
 * @param renamed the name that it had
 * @throws {HerdError}
 */
export async function putGeofence(geofence: Geofence, renamed?: string): Promise<void> {
  const herd = connection.value;
  await herd.geofences.put(geofence);
  if (renamed !== undefined && renamed !== geofence.name) await herd.geofences.remove(renamed);
  await refresh(herd);
}

/** Removes a geofence from the whole herd. @throws {HerdError} */
export async function removeGeofence(name: string): Promise<void> {
  const herd = connection.value;
  await herd.geofences.remove(name);
  await refresh(herd);
}
