import assert from 'node:assert/strict';

import { millisecondsBefore } from '../../protocol/timestamp.ts';
import { Network, type Server } from './network-bench.test.ts';
import { lineIn } from './played-end.test.ts';

/*
 * A herd in memory whose clients report and are removed; there is no test in it.
 */

/** For how long tombstones are kept, in milliseconds. */
export const GRACE_MS = 100_000;

/** A herd whose clients are known by name alone. */
export class Herd {
  readonly network = new Network();
  readonly servers: Record<string, Server> = {};

  constructor(links: Readonly<Record<string, string[]>>) {
    for (const [name, neighbours] of Object.entries(links)) {
      this.servers[name] = this.network.server(name, neighbours, GRACE_MS);
    }
    for (const { links: own } of Object.values(this.servers)) own.start([], []);
    this.network.pass(2000);
  }

  at(name: string): Server {
    return this.servers[name] ?? assert.fail(name);
  }

  report(server: string, client: string): void {
    const { service } = this.at(server);
    void service.report({
      client: Buffer.from(client),
      latitude: 1,
      longitude: 2,
      time: this.network.now,
      attributes: { speedMps: 3 },
    });
    this.network.deliver();
  }

  remove(server: string, client: string): void {
    void this.at(server).service.remove(Buffer.from(client));
    this.network.deliver();
  }

  /** Lets time pass, in which tombstones are forgotten. */
  pass(ms: number): void {
    for (let leftMs = ms; leftMs > 0; leftMs -= 5000) {
      this.network.pass(Math.min(leftMs, 5000));
      const horizon = millisecondsBefore(this.network.now, GRACE_MS);
      for (const { store } of Object.values(this.servers)) {
        store.forgetRemovalsBefore(horizon);
        for (const _ of store.sweep(100));
      }
    }
  }

  /** Which of the clients each server has. */
  has(...clients: string[]): string[] {
    return Object.entries(this.servers).map(([name, { store }]) => {
      const known = clients.filter((client) => lineIn(store, client) !== undefined);
      return `${name}: ${known.join(' ')}`;
    });
  }

  /** How often any server asked for all that another one has. */
  get resyncs(): number {
    const ends = Object.keys(this.servers).flatMap((name) => this.network.dialsOf(name));
    const said = ends.flatMap((end) => end.writes.concat(end.other?.writes ?? []));
    return said
      .join('')
      .split('\n')
      .filter((line) => line === 'RESYNC').length;
  }
}
