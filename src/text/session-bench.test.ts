import { setImmediate } from 'node:timers/promises';

import { ByteWriter } from '../protocol/byte-writer.ts';
import { lineText } from '../protocol/line-decoder.ts';
import { NO_END } from '../protocol/report.ts';
import { ClientSession, MAX_CONNECTION_COMMANDS } from './session.ts';
import { NO_PLACES, type Reply } from './session-handler.ts';
import { TickLog } from './tick-log.ts';

export const IN_FLIGHT = 100;

/**
 * A session whose commands wait until the test answers them, but for those that begin with `now`,
 * `settled`, which are deferred until they are that, and `long`, whose replies are of 30,000 bytes.
 */
export class Bench {
  readonly session: ClientSession;
  /** How often the session asked to be worked on. */
  wakes = 0;
  /** The commands that have been begun. */
  readonly begun: string[] = [];
  /** How many more commands are admitted. */
  admitted = Infinity;
  /** The commands and replies that it has logged. */
  readonly logged: string[] = [];
  readonly loggedReplies: (readonly [text: string, bytes: number])[] = [];
  /** What a reply that waits has beyond its first line. */
  places: Uint8Array = NO_PLACES;
  /** What waits for the commit gate. */
  readonly gated: { reports: number; settle(isCommitted: boolean): void }[] = [];
  readonly #out = new ByteWriter(16);
  #sent = '';
  readonly #waiting = new Map<string, { answer(reply: string): void; callOff(): void }>();

  /** @param isLimited whether commands are admitted one by one */
  constructor(isLimited = true) {
    this.session = new ClientSession({
      handler: {
        takePlain: () => true,
        handleReport: (bytes, start, end, out) => this.#handleReport(bytes, start, end, out),
        handle: (line, isSettled, out) => {
          const command = lineText(line);
          if (command.startsWith('settled') && !isSettled) return 'deferred';
          const reply = this.#answer(command);
          if (typeof reply !== 'string') return reply;
          out.text(reply);
          return command.startsWith('gated') ? 'gated' : undefined;
        },
      },
      waitForCommit: (reports, settle) => this.gated.push({ reports, settle }),
      tickLog: new TickLog(MAX_CONNECTION_COMMANDS),
      logPlain: (direction, { bytes, start, end }) => {
        const text = bytes.toString('latin1', start, end);
        if (direction === 'commands') this.logged.push(text);
        else this.loggedReplies.push([`${text}\n`, end + 1 - start]);
      },
      logCommands: (commands) => this.logged.push(commands.toString()),
      logReplies: (replies, bytes) => this.loggedReplies.push([replies.toString(), bytes]),
      admit: isLimited ? () => this.#admit() : undefined,
      wake: () => (this.wakes += 1),
      commandsInFlight: IN_FLIGHT,
    });
  }

  receive(text: string): void {
    this.session.receive(Buffer.from(text, 'latin1'));
    this.work();
  }

  /** A tick: works, and sends the replies. */
  work(): void {
    this.#out.length = 0;
    this.session.work(this.#out);
    const { start, end } = this.session.takeReplies();
    this.#sent += this.#out.bytes.toString('latin1', start, end);
  }

  /** What has been sent since the last call, after one more tick. */
  takeReplies(): string {
    this.work();
    const sent = this.#sent;
    this.#sent = '';
    return sent;
  }

  /** Answers a command that waits, with its own text. */
  async answer(command: string): Promise<void> {
    this.#waiting.get(command)?.answer(`${command}\n`);
    await setImmediate();
  }

  async callOff(command: string): Promise<void> {
    this.#waiting.get(command)?.callOff();
    await setImmediate();
  }

  #admit(): boolean {
    if (this.admitted === 0) return false;
    this.admitted -= 1;
    return true;
  }

  /** Reports are the commands that begin with `report`. */
  #handleReport(bytes: Buffer, start: number, end: number, out: ByteWriter): number {
    const lineEnd = bytes.indexOf('\n', start);
    if (
      lineEnd === -1 ||
      lineEnd >= end ||
      !bytes.subarray(start, end).toString().startsWith('report')
    ) {
      return NO_END;
    }
    const command = bytes.toString('latin1', start, lineEnd);
    this.begun.push(command);
    out.text(`${command}\n`);
    return lineEnd;
  }

  #answer(command: string): string | Promise<Reply> {
    this.begun.push(command);
    if (command.startsWith('long')) return 'x'.repeat(30_000);
    if (/^(now|settled|gated)/.test(command)) return `${command}\n`;
    return new Promise((resolve, reject) => {
      const callOff = (): void => reject(new Error('called off'));
      const answer = (text: string): void => resolve({ text, places: this.places });
      this.#waiting.set(command, { answer, callOff });
    });
  }
}

/** `count` commands: their names, and the text that sends them. */
export function commands(count: number, prefix = ''): { names: string[]; text: string } {
  const names = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  return { names, text: names.map((name) => `${name}\n`).join('') };
}
