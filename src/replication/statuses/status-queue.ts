import { formatStatusLine } from './status-line.ts';
import type { HeardStatus } from './status-table.ts';

/**
 * So many bytes of statuses go into one write, if it is more than one status: a slow link is to bring reports
 * between them.
 */
const MAX_STATUS_WRITE_BYTES = 1024;

/**
 * The servers whose newest status a neighbour has yet to be sent, in the order in which they got into the queue.
 * Where a link is slow, only the newest of each is sent, and each has its turn.
 */
export class StatusQueue {
  readonly #pending: Set<string>;

  constructor(servers: Iterable<string>) {
    this.#pending = new Set(servers);
  }

  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  add(server: string): void {
    this.#pending.add(server);
  }

  /** Notes that the neighbour has the newest status of a server. */
  remove(server: string): void {
    this.#pending.delete(server);
  }

  /** Takes what is to be sent in one write. */
  take(heard: ReadonlyMap<string, HeardStatus>, nowMs: number): string {
    let text = '';
    for (const server of this.#pending) {
      if (text.length >= MAX_STATUS_WRITE_BYTES) break;
      this.#pending.delete(server);
      const newest = heard.get(server);
      if (newest !== undefined) text += formatStatusLine(nowMs - newest.saidMs, newest.text);
    }
    return text;
  }
}
