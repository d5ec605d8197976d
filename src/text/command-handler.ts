import type { LocationStore } from '../store/store.ts';
import type { NearbySearch } from '../places/nearby-search.ts';
import { AtLine } from '../protocol/at-line.ts';
import { ByteWriter } from '../protocol/byte-writer.ts';
import { CommandScanner } from '../protocol/command.ts';
import { lineText, type Line } from '../protocol/line-decoder.ts';
import type { Instant } from '../protocol/timestamp.ts';
import type { CommitGate } from '../service/commit-gate.ts';
import { readableText } from '../protocol/readable-text.ts';
import type { TextLog } from './events.ts';
import type { Answer, Reply } from './session.ts';

const METRES_A_KILOMETRE = 1000;
const LF = 0x0a;
const INVALID = Buffer.from('? ');
/** Room for most `AT` lines; a writer grows for longer ones. */
const LINE_BYTES = 256;

/** What answering commands takes. */
export interface AnswerParts {
  /** This server's name. */
  readonly server: string;
  readonly store: LocationStore;
  readonly search: Pick<NearbySearch, 'nearby'>;
  /** When the commands were received that are being answered. */
  readonly now: () => Instant;
  /** The most clients: reports of further ones are refused. */
  readonly maxClients: number;
  /** Waits for what a reply promises; `undefined` where nothing is to be waited for. */
  readonly acknowledger: CommitGate | undefined;
  readonly log: TextLog;
  /** Ends searches that are under way. */
  readonly signal: AbortSignal;
}

/** Answers the commands of all clients of a server. */
export class CommandHandler {
  readonly #parts: AnswerParts;
  readonly #server: Buffer;
  readonly #command = new CommandScanner();
  readonly #at = new AtLine();
  /** Where a reply is kept that is to wait. */
  readonly #waiting = new ByteWriter(LINE_BYTES);

  constructor(parts: AnswerParts) {
    this.#parts = parts;
    this.#server = Buffer.from(parts.server, 'latin1');
  }

  readonly answer: Answer = (line, isSettled, out) => {
    const { bytes, start, end, tooLong } = line;
    const name = tooLong ? undefined : this.#command.scan(bytes, start, end);
    switch (name) {
      case 'IAMAT':
        return this.#answerIamat(line, out);
      case 'WHATSAT':
        // A report to a neighbour, answered before this was asked, may still be on its way from that
        // neighbour's socket to ours: where we were slow to read, the system held some of it back.
        return isSettled ? this.#answerWhatsat(line, out) : 'put off';
      case undefined:
        return writeInvalid(line, out);
    }
  };

  #answerIamat(line: Line, out: ByteWriter): Promise<Reply> | undefined {
    const { store, now, maxClients, acknowledger, log } = this.#parts;
    const { bytes, clientStart, clientEnd } = this.#command;
    if (store.size >= maxClients && !store.has(bytes, clientStart, clientEnd)) {
      log.write({ event: 'herd-full', client: this.#client, clients: store.size });
      return writeInvalid(line, out);
    }
    if (acknowledger !== undefined) return this.#acknowledge(line, acknowledger);
    this.#at.write(out, this.#server, now(), this.#command);
    out.byte(LF);
    store.apply(this.#at);
    return undefined;
  }

  /** Answers a report when what the reply promises is true. */
  #acknowledge(line: Line, acknowledger: CommitGate): Promise<Reply> {
    const { store, now, log } = this.#parts;
    const client = this.#client;
    const invalid = invalidReply(line);
    this.#waiting.length = 0;
    this.#at.write(this.#waiting, this.#server, now(), this.#command);
    const reply = { text: `${this.#at.toString()}\n`, places: '' };
    store.apply(this.#at);
    // Also where it is not newer: the one that is may not be safe itself yet.
    return acknowledger.wait(store.head).then((kept) => {
      if (kept) return reply;
      log.write({ event: 'not-acknowledged', client });
      return invalid;
    });
  }

  #answerWhatsat(line: Line, out: ByteWriter): Reply | Promise<Reply> | undefined {
    const { store, search, signal } = this.#parts;
    const { bytes, clientStart, clientEnd, radiusKm, bound } = this.#command;
    const location = store.get(bytes, clientStart, clientEnd);
    // No server has told of the client.
    if (location === undefined) return writeInvalid(line, out);
    const query = { ...location.position, radiusMetres: radiusKm * METRES_A_KILOMETRE, bound };
    const reply = (places: string): Reply => ({ text: `${location.at}\n`, places });
    const places = search.nearby(query, signal);
    return typeof places === 'string' ? reply(places) : places.then(reply);
  }

  /** The client's ID, to be read. */
  get #client(): string {
    const { bytes, clientStart, clientEnd } = this.#command;
    return readableText(bytes.toString('latin1', clientStart, clientEnd));
  }
}

/** The answer to what is no valid command: `? ` and a copy of the line. */
function writeInvalid({ bytes, start, end }: Line, out: ByteWriter): undefined {
  out.copy(INVALID, 0, INVALID.length);
  out.copy(bytes, start, end);
  out.byte(LF);
}

function invalidReply(line: Line): Reply {
  return { text: `? ${lineText(line)}\n`, places: '' };
}
