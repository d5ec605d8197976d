import type { BrokerCause } from './cause.ts';
import type { StreamWriter } from './stream-writer.ts';

/**
 * After how long without a connection, or without anything stored, what waits to be confirmed is refused, in
 * milliseconds: an election is shorter.
 */
const PATIENCE_MS = 5000;
/** For how long nothing can be stored before that is told, in milliseconds. */
const FAILING_MS = 1000;

/** What there is to know of the cluster while a server runs. */
export interface ClusterEvents {
  onClusterUp(server: string, version: string): void;
  onClusterDown(cause: BrokerCause): void;
  /** An operation failed for the first time, or for another reason than before. */
  onClusterFailed(cause: BrokerCause): void;
  /** Records are stored again, after they could not be. */
  onClusterRecovered(): void;
}

/** Its dependencies. */
interface HealthParts {
  readonly isConnected: () => boolean;
  readonly writer: Pick<StreamWriter, 'failure' | 'failingMs'>;
  readonly events: ClusterEvents;
  readonly nowMs: () => number;
  readonly after: (delayMs: number, action: () => void) => void;
  /** Asks for a tick, soon. */
  readonly wake: () => void;
}

/** How this server gets on with the cluster, and what is told of that: each trouble once. */
export class ClusterHealth {
  readonly #parts: HealthParts;
  #lastFailure = '';
  /** When the connection was lost; at first, when this was made. */
  #lostMs: number;
  /** Whether it was told that nothing can be stored. */
  #isFailing = false;

  constructor(parts: HealthParts) {
    this.#parts = parts;
    this.#lostMs = parts.nowMs();
  }

  /** Whether nothing could be stored for so long that nothing more is to wait for it. */
  get isCutOff(): boolean {
    const { isConnected, nowMs, writer } = this.#parts;
    const awayMs = isConnected() ? 0 : nowMs() - this.#lostMs;
    return Math.max(awayMs, writer.failingMs) > PATIENCE_MS;
  }

  noteConnected(server: string, version: string): void {
    this.#lastFailure = '';
    this.#parts.events.onClusterUp(server, version);
  }

  noteDisconnected(cause: BrokerCause): void {
    const { nowMs, after, wake, events } = this.#parts;
    this.#lostMs = nowMs();
    events.onClusterDown(cause);
    after(PATIENCE_MS + 1, wake); // what waits is refused then
  }

  noteFailed(cause: BrokerCause): void {
    const failure = `${cause.code} ${cause.detail}`;
    if (failure === this.#lastFailure) return; // it is tried again each second
    this.#lastFailure = failure;
    this.#parts.events.onClusterFailed(cause);
  }

  /** Tells when nothing can be stored though there is a connection, and when that is over. To be called once a second. */
  look(): void {
    const { isConnected, writer, events } = this.#parts;
    const { failure, failingMs } = writer;
    const isFailing = failure !== undefined;
    if (isFailing === this.#isFailing) return;
    if (isFailing && (failingMs < FAILING_MS || !isConnected())) return;
    this.#isFailing = isFailing;
    if (isFailing) events.onClusterFailed(failure);
    else events.onClusterRecovered();
  }
}
