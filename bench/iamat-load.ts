import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const CONNECTIONS = 50;
/** The commands of one connection that wait for their reply at any time. */
const DEPTH = 16;
const CLIENTS_A_CONNECTION = 200;
const POSITION = '+34.068930-118.445127';

/** Reports, prepared beforehand: each is newer than the client's one before, also from call to call. */
export class IamatLoad {
  readonly #server: string;
  readonly #lanes: string[][];

  /**
   * @param server the name that must stand in the replies
   * @param run which run it is: a later one has a greater number
   * @param updates how many reports there are in all
   */
  constructor(server: string, run: number, updates: number) {
    this.#server = server;
    const each = Math.ceil(updates / CONNECTIONS);
    this.#lanes = Array.from({ length: CONNECTIONS }, (_, lane) =>
      Array.from({ length: each }, (_unused, n) => {
        const client = `client-${lane}-${n % CLIENTS_A_CONNECTION}`;
        return `${client} ${POSITION} ${1_600_000_000 + run}.${String(n).padStart(9, '0')}\n`;
      }),
    );
  }

  /** Makes all reports, and returns how many were answered a second. Throws where a reply is wrong. */
  async run(port: number): Promise<number> {
    const lanes = await Promise.all(this.#lanes.map((reports) => this.#connect(port, reports)));
    try {
      const started = performance.now();
      await Promise.all(lanes.map((lane) => lane.run()));
      const seconds = (performance.now() - started) / 1000;
      return this.#lanes.reduce((sum, { length }) => sum + length, 0) / seconds;
    } finally {
      for (const lane of lanes) lane.close();
    }
  }

  async #connect(port: number, reports: readonly string[]): Promise<Lane> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    return new Lane(socket, this.#server, reports);
  }
}

/** One connection, with as many reports on their way as its depth. */
class Lane {
  readonly #socket: Socket;
  readonly #server: string;
  readonly #reports: readonly string[];
  #sent = 0;
  #answered = 0;
  #rest = '';

  constructor(socket: Socket, server: string, reports: readonly string[]) {
    this.#socket = socket.setEncoding('latin1');
    this.#server = server;
    this.#reports = reports;
  }

  async run(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.on('error', reject);
      this.#socket.on('close', () => reject(new Error('the server closed')));
      this.#socket.on('data', (text: string) => {
        try {
          this.#take(text);
        } catch (error) {
          reject(error);
        }
        if (this.#answered === this.#reports.length) resolve();
      });
      this.#send();
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(): void {
    const end = Math.min(this.#reports.length, this.#answered + DEPTH);
    let text = '';
    for (; this.#sent < end; this.#sent++) text += `IAMAT ${this.#reports[this.#sent]}`;
    if (text !== '') this.#socket.write(text, 'latin1');
  }

  #take(text: string): void {
    const all = this.#rest + text;
    let start = 0;
    for (let end = all.indexOf('\n'); end !== -1; end = all.indexOf('\n', start)) {
      const reply = all.slice(start, end + 1);
      const report = this.#reports[this.#answered] ?? '';
      if (!reply.startsWith(`AT ${this.#server} `) || !reply.endsWith(` ${report}`)) {
        throw new Error(`the reply to IAMAT ${report.trimEnd()} is ${reply.trimEnd()}`);
      }
      this.#answered += 1;
      start = end + 1;
    }
    this.#rest = all.slice(start);
    this.#send();
  }
}
