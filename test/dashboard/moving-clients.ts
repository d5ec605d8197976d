import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Address } from '#src/transport/address.js';
import type { HeldPosition } from './page-state.ts';

/** How often what is due is reported, in milliseconds. */
const REPORT_EVERY_MS = 20;
/** Degrees of latitude and longitude in which clients are, and a step of one of them. */
const SPREAD = 0.2;
const STEP = 0.0002;

/** Where clients are moving. */
export interface MovingPlace {
  readonly latitude: number;
  readonly longitude: number;
}

/** Clients that move about in one place, and report so over one connection of the text protocol. */
export class MovingClients {
  readonly #socket: Socket;
  readonly #names: readonly string[];
  readonly #positions: (readonly [number, number])[];
  #last = 0;
  #turn = 0;

  private constructor(socket: Socket, names: readonly string[], place: MovingPlace) {
    this.#socket = socket;
    this.#names = names;
    const side = Math.ceil(Math.sqrt(names.length));
    this.#positions = names.map((_, n) => [
      place.latitude + (Math.floor(n / side) / side - 0.5) * SPREAD,
      place.longitude + ((n % side) / side - 0.5) * SPREAD,
    ]);
  }

  /** Connects, and has each report once. */
  static async start(address: Address, count: number, place: MovingPlace): Promise<MovingClients> {
    const socket = connect({ ...address, noDelay: true });
    await once(socket, 'connect');
    socket.resume(); // replies are of no interest
    const names = Array.from({ length: count }, (_, n) => `moving-${n}`);
    const clients = new MovingClients(socket, names, place);
    clients.#report(count);
    return clients;
  }

  /** Where each is that has reported, as it is read. */
  get positions(): Map<string, HeldPosition> {
    const entries = this.#names.map((name, n): [string, HeldPosition] => {
      const [latitude = 0, longitude = 0] = this.#positions[n] ?? [];
      return [name, [Number(latitude.toFixed(6)), Number(longitude.toFixed(6))]];
    });
    return new Map(entries);
  }

  /** Has so many reports be made a second, evenly, each by the next client, for a while in milliseconds. */
  async move(reportsASecond: number, durationMs: number): Promise<void> {
    const startMs = performance.now();
    const reports = Math.floor((reportsASecond * durationMs) / 1000);
    let said = 0;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const due = Math.floor(((performance.now() - startMs) * reportsASecond) / 1000);
        const next = Math.min(due, reports) - said;
        this.#report(next);
        said += next;
        if (said < reports) return;
        clearInterval(timer);
        resolve();
      }, REPORT_EVERY_MS);
    });
  }

  /** Says no more. */
  async end(): Promise<void> {
    this.#socket.end();
    await once(this.#socket, 'close');
  }

  #report(count: number): void {
    let lines = '';
    for (let n = 0; n < count; n++) {
      const client = this.#turn++ % this.#names.length;
      const [latitude = 0, longitude = 0] = this.#positions[client] ?? [];
      const angle = (client % 12) * (Math.PI / 6);
      const next = [latitude + STEP * Math.cos(angle), longitude + STEP * Math.sin(angle)] as const;
      this.#positions[client] = next;
      lines += `IAMAT ${this.#names[client]} ${signed(next[0])}${signed(next[1])} ${this.#time()}\n`;
    }
    if (lines !== '') this.#socket.write(lines);
  }

  /** Seconds since 1970: no two reports are of one moment. */
  #time(): string {
    this.#last = Math.max(Date.now() / 1000, this.#last + 1e-6);
    return this.#last.toFixed(6);
  }
}

function signed(degrees: number): string {
  return `${degrees < 0 ? '-' : '+'}${Math.abs(degrees).toFixed(6)}`;
}
