import type { AppRequest, UnusedReason } from '../app.ts';
import { isObject, jsonOf } from '../values.ts';
import { open } from './secretbox.ts';

/** A message of OwnTracks as it is before it is encrypted. */
export interface Message {
  readonly value: Readonly<Record<string, unknown>>;
  readonly isEncrypted: boolean;
}

/** The message of a request, decrypted where it was not in clear; or why there is none. */
export function messageOf({ body, key }: AppRequest): Message | UnusedReason {
  if (body.length === 0) return 'other-message'; // a friend was deleted
  const value = jsonOf(body);
  if (!isObject(value)) return 'not-understood';
  if (value['_type'] !== 'encrypted') return { value, isEncrypted: false };
  if (key === undefined) return 'encrypted';
  const clear = open(value['data'], key);
  if (clear === undefined) return 'not-decrypted';
  const inner = jsonOf(clear);
  if (!isObject(inner) || inner['_type'] === 'encrypted') return 'not-understood';
  return { value: inner, isEncrypted: true };
}
