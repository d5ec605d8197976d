import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LevelStorage } from '#src/locations/level-storage.js';
import { parseLocation } from '#src/locations/location.js';
import type { Benchmark } from './harness/benchmark.ts';
import { configureServer, spawnServer } from './server.ts';

const CLIENTS = 1_000_000;
const CLIENTS_A_WRITE = 10_000;
/** A machine that was busy with much else has taken 38 s. */
const START_WITHIN_MS = 100_000;
const ASK_EVERY_MS = 20;
/** Far from any city: the reply is short. */
const POSITION = '+00.000000-030.000000';
const TIME = '1600000000.000000000';

type Name = 'time' | 'served' | 'wait';

function atLine(client: string): string {
  return `AT Riley +0.000000000 ${client} ${POSITION} ${TIME}`;
}

/** What it takes to have a large journal in memory again, and how clients fare meanwhile. */
export const journalStart: Benchmark<Name> = {
  name: 'journal-start',
  description: `the start of a server whose journal holds ${CLIENTS} clients`,
  requires: [],
  measures: {
    time: { unit: 'ms', better: 'lower', aim: undefined },
    served: { unit: 'ms', better: 'lower', aim: undefined },
    wait: { unit: 'ms', better: 'lower', aim: undefined },
  },
  a: {
    label:
      'time: from spawn until all is in memory; served: from spawn to the first reply; wait: the longest of a WHATSAT every 20 ms after that',
    async start(scope) {
      const server = await configureServer(scope, '');
      await writeJournal(join(server.folder, 'data', 'Riley'));
      return async () => {
        const started = performance.now();
        const program = spawnServer(scope, server);
        const ready = program.prints(/^ready: /m, START_WITHIN_MS);
        const asker = await Asker.connect(server.port);
        try {
          // The first question also has the places loaded.
          await asker.ask(0);
          const served = performance.now() - started;
          const done = new AbortController();
          const [wait, time] = await Promise.all([
            asker.askUntil(done.signal),
            ready.then(() => performance.now() - started).finally(() => done.abort()),
          ]);
          return { time, served, wait };
        } finally {
          asker.close();
          await program.stop();
        }
      };
    },
  },
  b: undefined,
};

/** Writes a journal as a server would have, whose clients reported in no order of their IDs. */
async function writeJournal(folder: string): Promise<void> {
  const storage = await LevelStorage.open(folder, {
    herd: 'proxy-herd',
    server: 'Riley',
    epoch: 'before',
  });
  try {
    for (let number = 0; number < CLIENTS; number += CLIENTS_A_WRITE) {
      const changes = Array.from({ length: CLIENTS_A_WRITE }, (_, n) => {
        const location = parseLocation(atLine(`client-${((number + n) * 7919) % CLIENTS}`));
        if (location === undefined) throw new Error('the AT line is not one');
        return { location, number: number + n + 1 };
      });
      const state = { head: number + CLIENTS_A_WRITE, read: {} };
      await storage.write({ changes, dropped: [], state });
    }
  } finally {
    await storage.close();
  }
}

/** A client that asks where others are. */
class Asker {
  readonly #socket: Socket;
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket.setEncoding('latin1');
    this.#socket.on('data', (text: string) => (this.#received += text));
  }

  /** Connects as soon as something listens. */
  static async connect(port: number): Promise<Asker> {
    for (;;) {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      try {
        await once(socket, 'connect');
        return new Asker(socket);
      } catch {
        await delay(2);
      }
    }
  }

  /** Asks for a client, and returns how long the reply took, in milliseconds. */
  async ask(number: number): Promise<number> {
    const client = `client-${(number * 104_729) % CLIENTS}`;
    const asked = performance.now();
    this.#socket.write(`WHATSAT ${client} 1 1\n`);
    while (!this.#received.endsWith('\n\n')) await once(this.#socket, 'data');
    const reply = this.#received;
    this.#received = '';
    if (!reply.startsWith(`${atLine(client)}\n`)) throw new Error(`${client} is at ${reply}`);
    return performance.now() - asked;
  }

  /** Asks again and again; returns the longest wait. */
  async askUntil(signal: AbortSignal): Promise<number> {
    let longest = 0;
    for (let number = 1; !signal.aborted; number++) {
      const wait = await this.ask(number);
      longest = Math.max(longest, wait);
      await delay(Math.max(0, ASK_EVERY_MS - wait));
    }
    return longest;
  }

  close(): void {
    this.#socket.destroy();
  }
}
