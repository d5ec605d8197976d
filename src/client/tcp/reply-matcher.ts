import { AtLine } from '../../protocol/at-line.ts';
import type { Command } from './command.ts';
import type { Reply } from './reply.ts';

const LF = 0x0a;
const QUESTION_MARK = 0x3f;
const OPENING_BRACE = 0x7b;
const NOTHING = Buffer.alloc(0);
/** What ends a reply with places. */
const END = Buffer.from('\n\n');
/** Stands for the end of a reply that has not come whole. */
const NO_END = -1;

/**
 * A command that a server of any version and configuration answers at once, with a refusal. It is sent for the bytes
 * of its reply: to learn whether a reply before it has ended, or whether the server is still there.
 */
export const PROBE = 'PROBE';

/** The longest reply, in bytes: 20 places with all that an upstream says of each are a hundredth of it. */
const MAX_REPLY_BYTES = 16 * 1024 * 1024;

/** What a server sent is no reply to anything that was asked. */
export class UnexpectedReply extends Error {
  override readonly name = 'UnexpectedReply';
}

/** A command in flight: its sender knows what to do with its reply. */
export interface Sent {
  readonly command: Command;
}

/**
 * Finds the command that a reply answers, among those in flight on one connection. Replies come in the order in which
 * they are ready, so they are told apart by what is in them:
 *
 * - `? ` and a copy answers the command of that text.
 * - An `AT` line answers the report of the same client, position and time, or a question about that client.
 *   Only of a question are there places behind it: where both are in flight the next byte decides, a `{` or not. As
 *   long as that byte has not come, the reply is **undecided**, and a `PROBE` makes sure that one comes.
 * - Of several commands of one text the one that was sent first is answered: their replies are worth the same.
 *
 * Two questions about one client that ask for different places have replies that could be taken for each
 * other's: those must not be in flight together, see `Command.lane`.
 */
export class ReplyMatcher<S extends Sent> {
  readonly #onReply: (sent: S, reply: Reply) => void;
  /** In flight, in the order of their sending: by the key of their commands. */
  readonly #reports = new Map<string, S[]>();
  readonly #questions = new Map<string, S[]>();
  /** Those whose refusal may have another text than they have, by that text. */
  readonly #redacted = new Map<string, S[]>();
  readonly #at = new AtLine();
  #probes = 0;
  #bytes: Buffer = NOTHING;
  #isUndecided = false;

  /** @param onReply called with each command and its reply, in the order in which the replies came */
  constructor(onReply: (sent: S, reply: Reply) => void) {
    this.#onReply = onReply;
  }

  /** Whether what was received last is an `AT` line that may go on, and no byte more is on its way for sure. */
  get needsProbe(): boolean {
    return this.#isUndecided && this.#probes === 0;
  }

  /** A command is being sent. */
  add(sent: S): void {
    const { kind, key, redacted } = sent.command;
    append(kind === 'report' ? this.#reports : this.#questions, key, sent);
    if (redacted !== undefined) append(this.#redacted, redacted, sent);
  }

  /** A `PROBE` is being sent. */
  addProbe(): void {
    this.#probes += 1;
  }

  /**
   * Takes in what was received, in pieces of any size.
   *
   * @throws {UnexpectedReply} where it answers nothing that is in flight: then the connection is of no use any more
   */
  receive(piece: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? piece : Buffer.concat([this.#bytes, piece]);
    this.#isUndecided = false;
    let start = 0;
    while (start < this.#bytes.length) {
      const end = this.#readReply(start);
      if (end === NO_END) break;
      start = end;
    }
    this.#bytes = this.#bytes.subarray(start);
    if (this.#bytes.length > MAX_REPLY_BYTES) throw new UnexpectedReply('a reply has no end');
  }

  /** Reads the reply that begins at `start`, and returns where it ends; `NO_END` where it has not come whole. */
  #readReply(start: number): number {
    const lineEnd = this.#bytes.indexOf(LF, start);
    if (lineEnd === NO_END) return NO_END;
    if (this.#bytes[start] === QUESTION_MARK) return this.#readRefusal(start, lineEnd);
    return this.#readAt(start, lineEnd);
  }

  #readRefusal(start: number, lineEnd: number): number {
    const copy = this.#bytes.toString('latin1', start + 2, lineEnd);
    if (copy === PROBE && this.#probes > 0) {
      this.#probes -= 1;
      return lineEnd + 1;
    }
    const [name, key = ''] = copy.split(' ', 2);
    const named =
      name === 'IAMAT'
        ? this.#reports.get(copy.slice('IAMAT '.length))?.[0]
        : this.#questions.get(key)?.[0];
    const sent = named?.command.line === copy ? named : this.#redacted.get(copy)?.[0];
    if (sent === undefined) throw new UnexpectedReply('it refused what it was not asked');
    this.#settle(sent, { kind: 'refused' });
    return lineEnd + 1;
  }

  #readAt(start: number, lineEnd: number): number {
    const bytes = this.#bytes;
    const at = this.#at;
    if (!at.scan(bytes, start, lineEnd))
      throw new UnexpectedReply('it does not speak the protocol');
    const report = this.#reports.get(bytes.toString('latin1', at.clientStart, lineEnd))?.[0];
    const client = bytes.toString('latin1', at.clientStart, at.clientEnd);
    const question = this.#questions.get(client)?.[0];
    const next = bytes[lineEnd + 1];
    if (report !== undefined && question !== undefined && next === undefined) {
      this.#isUndecided = true;
      return NO_END;
    }
    if (report !== undefined && (question === undefined || next !== OPENING_BRACE)) {
      this.#settle(report, { kind: 'confirmed', at });
      return lineEnd + 1;
    }
    if (question === undefined) throw new UnexpectedReply('it answered what it was not asked');
    const end = bytes.indexOf(END, lineEnd);
    if (end === NO_END) return NO_END;
    const json = bytes.toString('utf8', lineEnd + 1, end);
    this.#settle(question, { kind: 'places', at, json });
    return end + END.length;
  }

  #settle(sent: S, reply: Reply): void {
    const { kind, key, redacted } = sent.command;
    remove(kind === 'report' ? this.#reports : this.#questions, key, sent);
    if (redacted !== undefined) remove(this.#redacted, redacted, sent);
    this.#onReply(sent, reply);
  }
}

function append<S>(map: Map<string, S[]>, key: string, sent: S): void {
  const others = map.get(key);
  if (others === undefined) map.set(key, [sent]);
  else others.push(sent);
}

function remove<S>(map: Map<string, S[]>, key: string, sent: S): void {
  const all = map.get(key) ?? [];
  if (all.length <= 1) map.delete(key);
  else all.splice(all.indexOf(sent), 1);
}
