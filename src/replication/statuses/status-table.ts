import type { ServerStatus } from '../server-status.ts';

/** The statuses of so many servers are kept at most, so that their memory is bounded: 8 MiB at the very worst. */
const MAX_STATUS_SERVERS = 1000;
/** A server that was not heard of for so long, in milliseconds, is not remembered: it may be no part of the herd any more. */
const FORGET_MS = 24 * 3_600_000;

/** What a server said last, and when that was. */
export interface HeardStatus {
  readonly status: ServerStatus;
  /** The same as links carry it, with what a later version may have added. */
  readonly text: string;
  /** When it was said, in milliseconds of this server's own. */
  readonly saidMs: number;
}

/** What every server said last of itself, as far as it came here. */
export class StatusTable {
  readonly #heard = new Map<string, HeardStatus>();

  /** By the servers' names. */
  get heard(): ReadonlyMap<string, HeardStatus> {
    return this.#heard;
  }

  /** Takes a status; false where it is no newer than what is known, or too old, or there is no room. */
  take(heard: HeardStatus, nowMs: number): boolean {
    const { server } = heard.status;
    const known = this.#heard.get(server);
    if (known !== undefined && !isNewer(heard.status, known.status)) return false;
    if (nowMs - heard.saidMs > FORGET_MS) return false;
    if (known === undefined && this.#heard.size >= MAX_STATUS_SERVERS) return false;
    this.#heard.set(server, heard);
    return true;
  }

  /** Forgets the servers that were not heard of for long. */
  forget(nowMs: number): void {
    for (const [server, { saidMs }] of this.#heard) {
      if (nowMs - saidMs > FORGET_MS) this.#heard.delete(server);
    }
  }
}

type StatusIdentity = Pick<ServerStatus, 'epoch' | 'sequence'>;

/** Whether one status of a server is newer than another one of it. */
export function isNewer(a: StatusIdentity, b: StatusIdentity): boolean {
  return a.epoch !== b.epoch ? a.epoch > b.epoch : a.sequence > b.sequence;
}
