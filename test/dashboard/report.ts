import assert from 'node:assert/strict';
import type { Address } from '#src/transport/address.js';
import { put } from '../support/http.ts';

/** A client ID that would run a script, were it anywhere taken for HTML. */
export const HOSTILE = '<img/src=x/onerror=alert(1)>';

const WHERE = { latitude: 34.07, longitude: -118.44, accuracyM: 12, batteryPercent: 63 };

/** Reports where a client is: by default all are in one place. */
export async function report(
  gateway: Address,
  client: string,
  more: Readonly<Record<string, unknown>> = {},
  token?: string,
): Promise<void> {
  const path = `/v1/clients/${encodeURIComponent(client)}/location`;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  assert.equal((await put(gateway, path, { ...WHERE, ...more }, headers)).status, 204);
}
