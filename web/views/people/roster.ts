import { signal } from '@preact/signals';
import type { EventFilter, Herd, HerdEvent, LastSeen } from 'proxy-herd/client';

import { ClientTable } from '../../state/client-table.ts';
import { noteUnauthorized } from '../../state/connection.ts';
import { pause } from '../../state/pause.ts';

/** The most clients of a list: more are found by a text or a group. */
export const MOST_LISTED = 5000;

/** How often what is shown changes at most, in milliseconds: nobody reads a list that changes faster. */
const SHOWN_EVERY_MS = 1000;
/** How long to wait after a try at all servers failed, in milliseconds. */
const TRY_AGAIN_MS = 1000;

/** How far a roster has come. */
export type RosterState = 'loading' | 'complete' | 'too many';

/** Clients, where they are, and when they were last seen, as long as somebody looks. */
export class Roster {
  readonly state = signal<RosterState>('loading');
  /** Rises when something of it has changed, once a second at most. */
  readonly version = signal(0);
  clients = new ClientTable();
  readonly #seen = new Map<string, LastSeen>();
  #isScheduled = false;

  /** The last sign of life of a client that came after its location. */
  seenOf(client: string): LastSeen | undefined {
    return this.#seen.get(client);
  }

  /** Follows those who match, until the signal aborts. */
  async follow(herd: Herd, filter: EventFilter, closed: AbortSignal): Promise<void> {
    if (this.state.peek() === 'too many') this.clients = new ClientTable();
    this.state.value = 'loading';
    while (!closed.aborted) {
      this.#take({ type: 'reset' }); // what is shown stays until the snapshot is there
      try {
        for await (const event of herd.subscribe({ ...filter, seen: true }, { signal: closed })) {
          this.#take(event);
          if (this.clients.size <= MOST_LISTED) continue;
          this.state.value = 'too many';
          return;
        }
      } catch (error) {
        if (closed.aborted || noteUnauthorized(error)) return;
      }
      await pause(TRY_AGAIN_MS, closed);
    }
  }

  #take(event: HerdEvent): void {
    this.clients.take(event, Date.now());
    if (event.type === 'seen') this.#seen.set(event.client, event);
    if (event.type === 'removed') this.#seen.delete(event.client);
    if (event.type === 'ready') this.state.value = 'complete';
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const isFirst = this.version.peek() === 0 || this.state.peek() !== 'complete';
    setTimeout(
      () => {
        this.#isScheduled = false;
        this.version.value++;
      },
      isFirst ? 0 : SHOWN_EVERY_MS,
    );
  }
}
