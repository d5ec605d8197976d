import type { KnownServer, ServerStatus } from '../server-status.ts';
import type { OwnStatus } from './own-status.ts';
import { reachableFrom } from './reachable.ts';
import { statusIntervalMs, StatusPace } from './status-pace.ts';
import { StatusQueue } from './status-queue.ts';
import type { SaidStatus } from './status-line.ts';
import { isNewer, StatusTable } from './status-table.ts';
import { formatStatus, MAX_EPOCH } from './status-text.ts';

/**
 * What every server of the herd says of itself. Each says it at an interval, and at once where one of its links
 * comes or goes; it goes from server to server over all links, over each link at most once each way. It is apart from the records
 * and their version vectors, is kept in memory alone, and a newer status takes the place of an older one.
 */
export class Statuses {
  readonly #self: string;
  readonly #ownStatus: Pick<OwnStatus, 'describe'>;
  readonly #nowMs: () => number;
  readonly #table = new StatusTable();
  readonly #queues = new Set<StatusQueue>();
  readonly #pace = new StatusPace();
  /** The servers that were heard of without a link. */
  readonly #direct = new Set<string>();
  #epoch: number;
  #sequence = 0;

  constructor(self: string, own: Pick<OwnStatus, 'createdMs' | 'describe'>, nowMs: () => number) {
    this.#self = self;
    // Greater than at the server's last start, where its clock allows.
    this.#epoch = own.createdMs;
    this.#ownStatus = own;
    this.#nowMs = nowMs;
  }

  /** Opens a queue for a link that came up: its neighbour is sent all that is known. */
  open(): StatusQueue {
    const queue = new StatusQueue(this.#table.heard.keys());
    this.#queues.add(queue);
    return queue;
  }

  /** Queues everything known again, since the reader may be new. */
  offerAll(queue: StatusQueue): void {
    for (const server of this.#table.heard.keys()) queue.add(server);
  }

  /** Notes that a server was heard of without a link: it is reached as long as it goes on to say something. */
  noteDirect(server: string): void {
    this.#direct.add(server);
  }

  close(queue: StatusQueue): void {
    this.#queues.delete(queue);
  }

  /** Takes what is to be sent to a neighbour in one write. */
  take(queue: StatusQueue): string {
    return queue.isEmpty ? '' : queue.take(this.#table.heard, this.#nowMs());
  }

  /** Takes in a status that came over a link, whose queue is given; true where others are to be sent something. */
  receive({ ageMs, status, text }: SaidStatus, from: StatusQueue): boolean {
    const { server } = status;
    if (server === this.#self) return this.#receiveOwn(status);
    const nowMs = this.#nowMs();
    const isNews = this.#table.take({ status, text, saidMs: nowMs - ageMs }, nowMs);
    const newest = this.#table.heard.get(server)?.status;
    if (newest !== undefined && !isNewer(newest, status)) from.remove(server);
    if (isNews) this.#forward(server, from);
    return isNews;
  }

  /** Says what has changed with this server's links, at once if it has not said something just now. */
  noteLinkChange(): void {
    this.#pace.noteChange();
    this.sayIfDue();
  }

  /** To be called once a second: sends this server's status when it is due, and forgets servers that are gone. */
  sayIfDue(): boolean {
    const nowMs = this.#nowMs();
    this.#table.forget(nowMs);
    if (!this.#pace.take(nowMs, this.#servers)) return false;
    this.#sequence += 1;
    const status = this.#own();
    this.#table.take({ status, text: formatStatus(status), saidMs: nowMs }, nowMs);
    this.#forward(this.#self, undefined);
    return true;
  }

  /** Every server that is known of, this one first, the others by name. */
  known(): KnownServer[] {
    const nowMs = this.#nowMs();
    const own = this.#own();
    const heard = new Map(this.#table.heard);
    heard.set(this.#self, { status: own, text: '', saidMs: nowMs });
    const reachable = reachableFrom(this.#self, heard, nowMs, this.#direct);
    const names = new Set(heard.keys());
    for (const { status } of heard.values()) {
      if (reachable.has(status.server)) {
        for (const { neighbour } of status.links) names.add(neighbour);
      }
    }
    names.delete(this.#self);
    return [this.#self, ...[...names].toSorted()].map((server) => {
      const said = heard.get(server);
      return {
        server,
        status: said?.status,
        ageMs: said && nowMs - said.saidMs,
        isReachable: reachable.has(server),
      };
    });
  }

  /**
   * A status of this server that is newer than its own is one of an earlier life, when its clock was ahead. It
   * goes on after that one: else nobody would take what it says.
   */
  #receiveOwn(status: ServerStatus): boolean {
    const isEarlierLife = isNewer(status, { epoch: this.#epoch, sequence: this.#sequence });
    if (!isEarlierLife || status.epoch >= MAX_EPOCH) return false;
    this.#epoch = status.epoch + 1;
    this.#pace.noteChange();
    return this.sayIfDue();
  }

  #own(): ServerStatus {
    const everyMs = statusIntervalMs(this.#servers);
    const identity = { server: this.#self, epoch: this.#epoch, sequence: this.#sequence };
    return { ...this.#ownStatus.describe(), ...identity, everyMs };
  }

  get #servers(): number {
    return this.#table.heard.size;
  }

  #forward(server: string, from: StatusQueue | undefined): void {
    for (const queue of this.#queues) if (queue !== from) queue.add(server);
  }
}
