import type { Address } from '#src/transport/address.js';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { EventReader, type StreamEvent } from '../support/event-source.ts';
import { eventuallyTrue } from '../support/eventually.ts';

/** Where clients are, as a stream tells it. */
export class FollowedClients implements AsyncDisposable {
  readonly reader: EventReader;
  readonly #latitudes = new Map<string, number>();
  isReady = false;
  /** How often it began anew. */
  resets = 0;
  /** Who has entered and left geofences, such as `enter kiwi home`. */
  readonly transitions: string[] = [];

  private constructor(reader: EventReader) {
    this.reader = reader;
  }

  static async open(address: Address, query: string, lastEventId = ''): Promise<FollowedClients> {
    const headers = { 'last-event-id': lastEventId };
    return new FollowedClients(await EventReader.open(address, `/v1/events?${query}`, headers));
  }

  /** The clients that are there, in the order of their IDs. */
  get clients(): string[] {
    this.#take();
    return [...this.#latitudes.keys()].toSorted();
  }

  latitudeOf(client: string): number | undefined {
    this.#take();
    return this.#latitudes.get(client);
  }

  /** Waits until all is there, and something is so of what is. */
  async until(what: string, isTrue: () => boolean): Promise<void> {
    await eventuallyTrue(what, () => {
      this.#take();
      return this.isReady && isTrue();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reader[Symbol.asyncDispose]();
  }

  #take(): void {
    for (const event of this.reader.takeAll()) this.#takeEvent(event);
  }

  #takeEvent({ kind, data: { client, latitude, geofence } }: StreamEvent): void {
    if (kind === 'ready') this.isReady = true;
    if (kind === 'reset') {
      this.isReady = false;
      this.resets += 1;
      this.#latitudes.clear();
    }
    if (kind === 'location') this.#latitudes.set(String(client), Number(latitude));
    if (kind === 'enter' || kind === 'leave') {
      this.transitions.push(`${kind} ${String(client)} ${String(geofence)}`);
    }
    if (kind === 'left' || kind === 'removed') this.#latitudes.delete(String(client));
  }
}

/** OwnTracks' web page, as far as it follows: the latitudes that it was told of, by topic. */
export class LastPage implements AsyncDisposable {
  readonly latitudes = new Map<string, number>();
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (message: Buffer) => {
      const { topic, lat } = JSON.parse(String(message)) as { topic: string; lat: number };
      this.latitudes.set(topic, lat);
    });
  }

  static async open({ host, port }: Address): Promise<LastPage> {
    const page = new LastPage(new WebSocket(`ws://${host}:${port}/ws/last`));
    await once(page.#socket, 'open');
    page.#socket.send('LAST');
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.terminate();
  }
}
