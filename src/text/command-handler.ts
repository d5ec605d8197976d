import type { ByteWriter } from '../protocol/byte-writer.ts';
import { CommandScanner } from '../protocol/command.ts';
import type { Line } from '../protocol/line-decoder.ts';
import { readableText } from '../protocol/readable-text.ts';
import { NO_END } from '../protocol/report.ts';
import type { LocationService, ReportOutcome } from '../service/location-service.ts';
import type { Location } from '../store/location.ts';
import type { TextEvent } from './events.ts';
import type { Guard } from './guard.ts';
import { noCommands, type CommandCounts } from './text-counts.ts';
import { NO_PLACES, type Handled, type Reply, type SessionHandler } from './session-handler.ts';

const LF = 0x0a;
const INVALID = Buffer.from('? ');
/** What a name has that needs no escaping in a log line. */
const PLAIN_NAME = /^[\w.-]+$/;

/** What answering commands takes. */
export interface CommandHandlerParts {
  readonly service: LocationService;
  readonly log: { write(event: TextEvent): void };
}

/** Answers the commands of all clients of a server. */
export class CommandHandler implements SessionHandler {
  /** How many commands were answered in which way. */
  readonly counts: CommandCounts = noCommands();
  readonly #service: LocationService;
  readonly #log: CommandHandlerParts['log'];
  readonly #command = new CommandScanner();
  readonly #isGated: boolean;
  /** Whether this server's name can be logged as it is, and all that was answered since it was asked. */
  readonly #isServerPlain: boolean;
  #isPlain: boolean;

  constructor({ service, log }: CommandHandlerParts) {
    this.#service = service;
    this.#log = log;
    this.#isGated = service.gate !== undefined;
    this.#isServerPlain = PLAIN_NAME.test(service.server);
    this.#isPlain = this.#isServerPlain;
  }

  takePlain(): boolean {
    const isPlain = this.#isPlain;
    this.#isPlain = this.#isServerPlain;
    return isPlain;
  }

  /** @param guard with access on: what the client may do */
  handleReport(bytes: Buffer, start: number, end: number, out: ByteWriter, guard?: Guard): number {
    if (this.#isGated) return NO_END;
    const command = this.#command;
    const reportEnd = command.scanReport(bytes, start, end);
    if (reportEnd === NO_END || reportEnd === end) return NO_END;
    if (!command.isPlain) this.#isPlain = false;
    if (guard?.may('report', bytes, command.clientStart, command.clientEnd) === false) {
      this.#writeInvalid(bytes, start, reportEnd, out);
      return reportEnd;
    }
    const outcome = this.#service.reportLine(command, out);
    if (outcome === 'accepted') {
      this.counts.reports.accepted += 1;
      out.byte(LF);
    } else this.#refuse(outcome, bytes, start, reportEnd, out);
    return reportEnd;
  }

  /** @param guard with access on: what the client may do */
  handle(
    line: Line,
    isSettled: boolean,
    out: ByteWriter,
    signal: () => AbortSignal,
    guard?: Guard,
  ): Handled {
    const { bytes, start, end, tooLong } = line;
    const name = tooLong ? undefined : this.#command.scan(bytes, start, end);
    if (name === undefined) return this.#writeInvalid(bytes, start, end, out);
    // A report to a neighbour, answered before this was asked, may still be on its way from that
    // neighbour's socket to ours: where we were slow to read, some of it is still in the system's buffers.
    if (name === 'WHATSAT' && !isSettled) return 'deferred';
    const action = name === 'IAMAT' ? 'report' : 'read';
    const { clientStart, clientEnd } = this.#command;
    if (guard?.may(action, bytes, clientStart, clientEnd) === false) {
      return this.#writeInvalid(bytes, start, end, out);
    }
    return name === 'IAMAT' ? this.#handleIamat(line, out) : this.#handleWhatsat(line, out, signal);
  }

  #handleIamat({ bytes, start, end }: Line, out: ByteWriter): Handled {
    const outcome = this.#service.reportLine(this.#command, out);
    if (outcome !== 'accepted') return this.#refuse(outcome, bytes, start, end, out);
    out.byte(LF);
    if (this.#isGated) return 'gated'; // and counted behind the commit gate
    this.counts.reports.accepted += 1;
    return undefined;
  }

  #refuse(
    reason: Exclude<ReportOutcome, 'accepted'>,
    bytes: Buffer,
    start: number,
    end: number,
    out: ByteWriter,
  ): undefined {
    this.counts.reports[reason] += 1;
    const { clientStart, clientEnd } = this.#command;
    const client = readableText(bytes.toString('latin1', clientStart, clientEnd));
    this.#log.write({ event: 'report-refused', reason, client, clients: this.#service.clients });
    writeInvalid(bytes, start, end, out);
  }

  #handleWhatsat({ bytes, start, end }: Line, out: ByteWriter, signal: () => AbortSignal): Handled {
    const { clientStart, clientEnd, radiusKm, bound } = this.#command;
    const located = this.#service.locations.get(bytes, clientStart, clientEnd);
    if (located instanceof Promise) {
      const invalid = `? ${bytes.toString('latin1', start, end)}\n`;
      // Where those who hold it cannot be reached nobody knows the client either.
      return located
        .catch(() => undefined)
        .then((location) => {
          if (location !== undefined) {
            return this.#replyWithPlaces(location, radiusKm, bound, signal());
          }
          this.counts.invalid += 1;
          return { text: invalid, places: NO_PLACES };
        });
    }
    // No server knows the client.
    if (located === undefined) return this.#writeInvalid(bytes, start, end, out);
    return this.#replyWithPlaces(located, radiusKm, bound, signal());
  }

  #replyWithPlaces(
    location: Location,
    radiusKm: number,
    bound: number,
    signal: AbortSignal,
  ): Reply | Promise<Reply> {
    const reply = (places: Buffer): Reply => {
      this.counts.located += 1;
      return { text: `${location.at}\n`, places };
    };
    const places = this.#service.places.reply(location, radiusKm, bound, signal);
    return places instanceof Promise ? places.then(reply) : reply(places);
  }

  #writeInvalid(bytes: Buffer, start: number, end: number, out: ByteWriter): undefined {
    this.counts.invalid += 1;
    writeInvalid(bytes, start, end, out);
  }
}

/** The answer to an invalid command: `? ` and a copy of the line. */
function writeInvalid(bytes: Buffer, start: number, end: number, out: ByteWriter): undefined {
  out.copy(INVALID, 0, INVALID.length);
  out.copy(bytes, start, end);
  out.byte(LF);
}
