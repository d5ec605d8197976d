import type { Address } from '#src/transport/address.js';
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../simulation/random.ts';
import { CallError, Caller, type CallFailure } from './caller.ts';
import { moment, OPEN_SEA } from './commands.ts';
import type { Ledger } from './ledger.ts';

/** How long a client waits before it tries the next server, in milliseconds. */
const RETRY_MS = 20;

/** What a load is made of. */
export interface LoadOptions {
  readonly clients: number;
  /** The most that a client waits between a reply and its next report, in milliseconds. */
  readonly mostThinkMs: number;
  /** The chance that a client, instead of its next report, hangs up and comes back under a new ID. */
  readonly churn: number;
  /** After so long without an answer a client goes to another server, in milliseconds. */
  readonly patienceMs: number;
  readonly seed: number;
  /** Whether a server may say that it cannot keep its promise at present. */
  readonly mayBeUnpromised?: boolean;
}

/** A conversation that ended other than by the client's own will. */
export interface Trouble {
  readonly server: string;
  readonly code: CallFailure;
  /** When it began and ended, in milliseconds on the clock of `performance`. */
  readonly since: number;
  readonly at: number;
}

/** The servers that a load talks to. */
interface Servers {
  readonly servers: readonly string[];
  clients(server: string): Address;
}

/** Clients that report their locations, each one report at a time, to whichever server answers. */
export class Load {
  readonly #clients: readonly LoadClient[];
  readonly #done: Promise<unknown>;

  /** Starts the clients, spread over the servers. */
  constructor(servers: Servers, ledger: Ledger, options: LoadOptions) {
    this.#clients = Array.from(
      { length: options.clients },
      (_, index) => new LoadClient(servers, ledger, options, index),
    );
    this.#done = Promise.all(this.#clients.map((client) => client.run()));
    this.#done.catch(() => this.#wave()); // thrown by `stop`
  }

  /** What clients met with so far, in the order of time. */
  get troubles(): Trouble[] {
    return this.#clients.flatMap(({ troubles }) => troubles).sort((a, b) => a.at - b.at);
  }

  /**
   * Ends the load once all that is under way is answered.
   *
   * @throws where a server gave a wrong reply
   */
  async stop(): Promise<void> {
    this.#wave();
    await this.#done;
  }

  #wave(): void {
    for (const client of this.#clients) client.stopping = true;
  }
}

class LoadClient {
  readonly troubles: Trouble[] = [];
  stopping = false;
  readonly #servers: Servers;
  readonly #ledger: Ledger;
  readonly #options: LoadOptions;
  readonly #index: number;
  readonly #random: Random;
  #server: string;
  #lives = 0;
  #reports = 0;

  constructor(servers: Servers, ledger: Ledger, options: LoadOptions, index: number) {
    this.#servers = servers;
    this.#ledger = ledger;
    this.#options = options;
    this.#index = index;
    this.#random = new Random(options.seed + index);
    this.#server = servers.servers[index % servers.servers.length] ?? '';
  }

  async run(): Promise<void> {
    while (!this.stopping) {
      const since = performance.now();
      const code = await this.#visit();
      if (code === undefined) continue;
      this.troubles.push({ server: this.#server, code, since, at: performance.now() });
      this.#server = this.#random.pick(
        this.#servers.servers.filter((name) => name !== this.#server),
      );
      await delay(RETRY_MS);
    }
  }

  /** Talks to one server until that ends; returns why, where it was not by the client's own will. */
  async #visit(): Promise<CallFailure | undefined> {
    let caller: Caller | undefined;
    try {
      caller = await Caller.open(this.#servers.clients(this.#server), this.#options.patienceMs);
      while (!this.stopping && !this.#random.chance(this.#options.churn)) {
        await this.#report(caller);
        await delay(this.#random.next() * this.#options.mostThinkMs);
      }
      this.#lives += 1;
      return undefined;
    } catch (error) {
      if (error instanceof CallError) return error.code;
      throw error;
    } finally {
      caller?.close();
    }
  }

  async #report(caller: Caller): Promise<void> {
    const client = `client-${this.#index}-${this.#lives}`;
    this.#reports += 1;
    const fields = `${client} ${OPEN_SEA} ${moment(this.#reports)}`;
    const at = await caller.ask(`IAMAT ${fields}`, this.#options.patienceMs);
    if (this.#options.mayBeUnpromised === true && at === `? IAMAT ${fields}`) {
      throw new CallError('unpromised', at);
    }
    if (!at.startsWith(`AT ${this.#server} `) || !at.endsWith(` ${fields}`)) {
      throw new Error(`${this.#server} answered a report of ${fields} with ${at}`);
    }
    this.#ledger.answered(client, at);
  }
}
