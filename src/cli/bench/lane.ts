import type { Socket } from 'node:net';
import { systemReason } from '../errors.ts';
import { InFlight } from '../replies/in-flight.ts';
import { ReplyReader, type Reply } from '../replies/reply-reader.ts';
import type { BenchCommands } from './bench-commands.ts';
import type { Schedule } from './schedule.ts';
import type { Tally } from './tally.ts';

/** What is remembered of a command in flight. */
interface Begun {
  readonly startMs: number;
  readonly isQuestion: boolean;
}

/** What a connection of a load is made with. */
export interface LaneParts {
  /** Its number, from 0. */
  readonly index: number;
  readonly socket: Socket;
  readonly commands: BenchCommands;
  readonly schedule: Schedule;
  readonly tally: Tally;
  /** The most commands in flight. */
  readonly depth: number;
  /** Told when it has nothing to do any more. */
  readonly onSettled: () => void;
}

/** One connection of a load. */
export class Lane {
  readonly #parts: LaneParts;
  readonly #inFlight = new InFlight<Begun>();
  #isBroken = false;

  constructor(parts: LaneParts) {
    this.#parts = parts;
    const { socket } = parts;
    const reader = new ReplyReader({
      mayHavePlaces: (line) => this.#inFlight.mayHavePlaces(line),
      onReply: (reply) => this.#takeReply(reply),
    });
    socket.setEncoding('latin1').on('data', (text: string) => {
      reader.read(text);
      this.send();
    });
    socket.on('error', (error) => this.#break(systemReason(error) ?? error.message));
    socket.on('end', () => this.#break('it closed the connection'));
  }

  /** Whether its connection is lost. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Whether nothing is in flight. */
  get isSettled(): boolean {
    return this.#inFlight.size === 0;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Sends what may begin now. */
  send(): void {
    if (this.#isBroken) return;
    const { schedule, commands, tally, depth, socket, index, onSettled } = this.#parts;
    const nowMs = performance.now();
    let text = '';
    while (this.#inFlight.size < depth) {
      const startMs = schedule.next(index, nowMs);
      if (startMs === undefined) break;
      const command = commands.next(performance.timeOrigin + nowMs);
      const { isQuestion } = command;
      this.#inFlight.add(command.text, { startMs, isQuestion }, command.key);
      tally.sent += 1;
      text += `${command.text}\n`;
    }
    if (text !== '') socket.write(text, 'latin1');
    else if (this.isSettled) onSettled();
  }

  /** Ends it; what is in flight has no reply. */
  end(): void {
    if (this.isSettled) this.#isBroken = true;
    else this.#break('no reply in time');
    this.#parts.socket.destroy();
  }

  #takeReply(reply: Reply): void {
    const { tally } = this.#parts;
    const sent = this.#inFlight.take(reply);
    if (sent === undefined) tally.foreign += 1;
    else if (reply.line.startsWith('? ')) tally.refuse(reply.line);
    else tally.reply(sent.note.isQuestion, performance.now() - sent.note.startMs);
  }

  #break(reason: string): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#parts.tally.lose(this.#inFlight.size, reason);
    this.#inFlight.clear();
    this.#parts.onSettled();
  }
}
