import { START_MS, type Herd } from './herd.ts';
import { SIGN } from './model.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { DOCUMENT, REMOVE, type Report, type SimulatedServer } from './server.ts';

/** How many reports come at once, at the least and at most. */
const BURST_REPORTS = [1_100, 4_500] as const;
/** How long the text of a document is at most, in bytes. */
const MAX_BODY_BYTES = 500;
/** How likely a document is removed rather than put. */
const DOCUMENT_REMOVAL = 0.3;
/** How wrong clients' clocks are at most, in milliseconds. */
const MAX_CLIENT_OFFSET_MS = 5 * 3_600_000;

/** Clients that report to the servers. */
export class Traffic {
  readonly #herd: Herd;
  readonly #random: Random;
  readonly #scenario: Scenario;
  readonly #send: (server: SimulatedServer, take: () => Report[]) => void;

  /** @param send has a server take reports */
  constructor(
    herd: Herd,
    random: Random,
    scenario: Scenario,
    send: (server: SimulatedServer, take: () => Report[]) => void,
  ) {
    this.#herd = herd;
    this.#random = random;
    this.#scenario = scenario;
    this.#send = send;
  }

  /** A client reports. */
  report(): void {
    this.#sendAny(1);
  }

  /** Thousands of reports come to one server at once, as when they are pipelined. */
  burst(): void {
    this.#sendAny(this.#random.integer(...BURST_REPORTS));
  }

  #sendAny(count: number): void {
    const server = this.#herd.get(this.#random.pick(this.#scenario.origins));
    // One that stops takes no more clients.
    if (server?.serving !== true || server.stopping) return;
    const lines = Array.from({ length: count }, () => this.#makeLine());
    this.#send(server, () => server.report(lines));
    for (const line of lines) this.#count(line);
  }

  #count(line: string): void {
    const { counts } = this.#herd;
    if (line.startsWith(DOCUMENT + SIGN)) counts.signs += 1;
    if (line.startsWith(DOCUMENT)) counts.documents += 1;
    else if (!line.startsWith(REMOVE)) counts.reports += 1;
    else if (line.startsWith(`${REMOVE} `)) counts.documentRemovals += 1;
    else counts.removals += 1;
  }

  #makeLine(): string {
    const { documentChance } = this.#scenario;
    if (documentChance > 0 && this.#random.chance(documentChance)) return this.#makeDocumentLine();
    const client = this.#random.pick(this.#scenario.clients);
    if (this.#random.chance(this.#scenario.removalChance)) return REMOVE + client;
    const { now } = this.#herd.schedule;
    const seconds = Math.floor((START_MS + now + this.#clientOffset()) / 1000);
    const position = `+${this.#random.integer(10, 89)}.${this.#random.integer(0, 9)}-118.4`;
    return `IAMAT ${client} ${position} ${seconds}`;
  }

  #makeDocumentLine(): string {
    const key = this.#random.pick(this.#scenario.documents);
    if (this.#random.chance(DOCUMENT_REMOVAL)) return REMOVE + key;
    const body = '#'.repeat(this.#random.integer(1, MAX_BODY_BYTES));
    return `${DOCUMENT}${key} ${body}`;
  }

  /** Client clocks are wrong by hours, about right, or, for times that are equal, all alike. */
  #clientOffset(): number {
    const most = this.#random.pick([MAX_CLIENT_OFFSET_MS, 1_000, 0]);
    return this.#random.integer(-most, most) - (most === 0 ? MAX_CLIENT_OFFSET_MS : 0);
  }
}
