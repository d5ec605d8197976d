import { Links } from '#src/herd/links.js';
import type { ChannelListener, Channel, World } from '#src/herd/world.js';
import { locationOf, type Location } from '#src/locations/location.js';
import { LocationStore, type Applied } from '#src/locations/store.js';
import { parseCommand } from '#src/protocol/command.js';
import type { Network } from './network.ts';
import type { Random } from './random.ts';

/** What a simulated server is made of, and what it lives in. */
export interface SimulatedServerParts {
  readonly name: string;
  readonly neighbours: readonly string[];
  readonly network: Network;
  readonly random: Random;
  /** How far its clock is from the true time, in milliseconds. */
  readonly clockOffsetMs: number;
}

/** What became of a client's report. */
export interface Answered {
  readonly location: Location;
  readonly applied: Applied;
  /** The neighbours that were linked at the time. */
  readonly linked: readonly string[];
}

/** One life of a server, from its start to its crash: the real store and links on a virtual world. */
export class SimulatedServer {
  readonly name: string;
  readonly store: LocationStore;
  readonly #parts: SimulatedServerParts;
  readonly #links: Links;
  #alive = true;
  #turnRequested = false;
  /** Told at the end of each turn. */
  onTurn: () => void = () => {};

  constructor(parts: SimulatedServerParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.store = new LocationStore(parts.random.hex(24));
    const { name: server, neighbours } = parts;
    this.#links = new Links(
      { herd: 'simulated', server, neighbours, read: {}, confirming: false },
      this.store,
      this.#world(),
      {
        linkUp() {},
        linkDown() {},
        linkFailed() {},
      },
    );
    this.#links.start();
  }

  /** The neighbours with which a link is up. */
  get linked(): string[] {
    return this.#links.up;
  }

  accept(open: (listener: ChannelListener) => Channel): void {
    this.#links.accept((listener) => open(this.#whileAlive(listener)));
  }

  /** Ends this life: nothing that comes to it has any effect. */
  crash(): void {
    this.#alive = false;
  }

  /** Takes a client's report, in a turn of its own as the real server would. */
  report(line: string, trueTime: bigint): Answered {
    const command = parseCommand(line);
    if (command?.name !== 'IAMAT') throw new Error(`the simulation made no report: ${line}`);
    const received = trueTime + BigInt(this.#parts.clockOffsetMs) * 1_000_000n;
    const location = locationOf(command, this.name, received);
    const applied = this.store.apply(location);
    const { linked } = this;
    this.#turn();
    return { location, applied, linked };
  }

  #world(): World {
    const { network, random, name } = this.#parts;
    return {
      clock: {
        after: (delayMs, action) =>
          network.schedule.after(delayMs, () => {
            if (this.#alive) action();
          }),
      },
      random: () => random.next(),
      dial: (neighbour, listener) => network.dial(name, neighbour, this.#whileAlive(listener)),
      wake: () => this.#requestTurn(),
    };
  }

  #requestTurn(): void {
    if (this.#turnRequested) return;
    this.#turnRequested = true;
    this.#parts.network.schedule.after(0, () => {
      this.#turnRequested = false;
      if (this.#alive) this.#turn();
    });
  }

  #turn(): void {
    this.#links.flush();
    this.onTurn();
  }

  #whileAlive(listener: ChannelListener): ChannelListener {
    const then = (act: () => void): void => {
      if (!this.#alive) return;
      act();
      this.#requestTurn();
    };
    return {
      opened: () => then(() => listener.opened()),
      received: (bytes) => then(() => listener.received(bytes)),
      drained: () => then(() => listener.drained()),
      closed: (cause) => then(() => listener.closed(cause)),
    };
  }
}
