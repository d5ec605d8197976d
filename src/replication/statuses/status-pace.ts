/** How often a server says how it is, in milliseconds, where the herd is small. */
const STATUS_MS = 2000;
/**
 * The most statuses that cross a link a second each way, of all servers together, but for those that links which
 * come and go set off: servers of a greater herd say theirs less often. At the usual 200 to 300 bytes that is some
 * 2 kB a second, at `MAX_STATUS_BYTES` 64 KiB.
 */
const STATUSES_A_SECOND = 8;
/** So many times as soon, at the earliest, a server says what has changed with its links. */
const SOONER = 4;
/** So many statuses missed, and a server counts as unreachable. One or two can be a slow link. */
const MAX_MISSED_STATUSES = 4;

/** How often each server of a herd says how it is, in milliseconds. */
export function statusIntervalMs(servers: number): number {
  return Math.max(STATUS_MS, Math.ceil((servers * 1000) / STATUSES_A_SECOND));
}

/** How long nothing may be heard of a server that says something every `everyMs`, in milliseconds. */
export function maxSilenceMs(everyMs: number): number {
  return MAX_MISSED_STATUSES * everyMs;
}

/** When a server says how it is: at its interval, and soon after something that others should know at once. */
export class StatusPace {
  #saidMs = -Infinity;
  #hasChanged = false;

  /** Notes that something has changed that others should know at once. */
  noteChange(): void {
    this.#hasChanged = true;
  }

  /** Whether it is time, in a herd of so many servers; if so, it counts as said. */
  take(nowMs: number, servers: number): boolean {
    const everyMs = statusIntervalMs(servers);
    const waitMs = this.#hasChanged ? everyMs / SOONER : everyMs;
    if (nowMs - this.#saidMs < waitMs) return false;
    this.#saidMs = nowMs;
    this.#hasChanged = false;
    return true;
  }
}
