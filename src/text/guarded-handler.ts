import type { ByteWriter } from '../protocol/byte-writer.ts';
import type { Line } from '../protocol/line-decoder.ts';
import { isSameAt } from '../protocol/same-bytes.ts';
import { Fields } from '../protocol/white-space.ts';
import type { CommandHandler } from './command-handler.ts';
import type { Guard } from './guard.ts';
import { redactTraffic } from './redact-traffic.ts';
import type { Handled, SessionHandler } from './session-handler.ts';

const AUTH = Buffer.from('AUTH');
const QUESTION_MARK = 0x3f;
/** The answer to an `AUTH` that is not accepted: without what followed it, which may be a token. */
const REFUSED = '? AUTH\n';

/** Answers the commands of one connection where access is on: `AUTH`, and what the guard lets through. */
export class GuardedHandler implements SessionHandler {
  readonly #commands: CommandHandler;
  readonly #guard: Guard;
  readonly #fields = new Fields(2);

  constructor(commands: CommandHandler, guard: Guard) {
    this.#commands = commands;
    this.#guard = guard;
  }

  takePlain(): boolean {
    return this.#commands.takePlain();
  }

  handleReport(bytes: Buffer, start: number, end: number, out: ByteWriter): number {
    return this.#commands.handleReport(bytes, start, end, out, this.#guard);
  }

  handle(line: Line, isSettled: boolean, out: ByteWriter, signal: () => AbortSignal): Handled {
    const { bytes, start, end, tooLong } = line;
    const fields = this.#fields;
    fields.scan(bytes, start, end);
    if (!isSameField(AUTH, bytes, fields.start(0), fields.end(0))) {
      const start = out.length;
      const handled = this.#commands.handle(line, isSettled, out, signal, this.#guard);
      if (handled === undefined) redactCopy(out, start);
      return handled;
    }
    const isComplete = fields.count === 2 && !tooLong;
    const token = isComplete ? bytes.toString('latin1', fields.start(1), fields.end(1)) : undefined;
    const name = token === undefined ? undefined : this.#guard.authenticate(token);
    const { counts } = this.#commands;
    if (name === undefined) counts.invalid += 1;
    else counts.authenticated += 1;
    out.text(name === undefined ? REFUSED : `AUTH ${name}\n`);
    return undefined;
  }
}

/** Takes what looks like a token out of the copy of an invalid command: `AUTH` may have been mistyped. */
function redactCopy(out: ByteWriter, start: number): void {
  if (out.bytes[start] !== QUESTION_MARK) return;
  const copy = out.view(start);
  const redacted = redactTraffic(copy);
  if (redacted === copy) return;
  out.length = start;
  out.copy(redacted, 0, redacted.length);
}

function isSameField(word: Buffer, bytes: Buffer, start: number, end: number): boolean {
  return end - start === word.length && isSameAt(word, 0, bytes, start, end);
}
