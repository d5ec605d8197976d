import { HttpClient } from '#src/places/http/http-client.js';
import type { Asking, Call, NearbyQuery, SourceAnswer } from '#src/places/provider.js';

/** Longer than any answer takes on the loopback interface, however slow the machine. */
export const PATIENT_MS = 60_000;
export const IMPATIENT_MS = 50;

/** By which all providers of these tests ask: it keeps no connection open that the upstream closes. */
export const HTTP = new HttpClient({ connections: 16, connectMs: PATIENT_MS });

/** What answers questions, over the network or not. */
export interface AnyProvider {
  readonly name: string;
  nearby(query: NearbyQuery, how: Asking & Call): Promise<SourceAnswer>;
}

/** Asks until the signal ends it. */
export function until(signal: AbortSignal, onSent = (): void => undefined): Asking & Call {
  return { signal, endMs: Infinity, onSent };
}

export function untilAnswered(onSent = (): void => undefined): Asking & Call {
  return until(new AbortController().signal, onSent);
}
