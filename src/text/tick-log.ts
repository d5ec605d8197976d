import { ByteWriter } from '../protocol/byte-writer.ts';
import type { Direction, PlainLines } from './events.ts';

/** Room for what is logged of a reply with places, before it grows: most `AT` lines. */
const FIRST_BYTES = 128;

/** What takes the commands and replies of one session that are to be logged. */
export interface TrafficLog {
  /** Given commands, or replies, of one tick that are reports, or accepted, and can be logged as they are. */
  readonly logPlain: (direction: Direction, lines: PlainLines) => void;
  /** Given commands as they came, one or more on lines of their own; a view. */
  readonly logCommands: (commands: Buffer) => void;
  /** Given replies, in the same way but without places, and how many bytes they had with the places. */
  readonly logReplies: (replies: Buffer, bytes: number) => void;
}

/**
 * What is to be logged of the session that works: its commands and replies in one tick. One serves all sessions
 * of a front end, which work one after the other.
 */
export class TickLog {
  /** Where the reports end, and the replies to them. */
  readonly #commandEnds: Int32Array;
  readonly #replyEnds: Int32Array;
  #count = 0;
  /** Whether all can be logged as it is. */
  #isPlain = true;
  /** The commands that stand together in what was received. */
  #commands: Buffer | undefined;
  #commandsStart = 0;
  #commandsEnd = 0;
  /** Up to where in what replies are written to they are logged, or gathered. */
  #repliesStart = 0;
  /** What was gathered: the replies up to there without their places, and how long those were. */
  readonly #gathered = new ByteWriter(FIRST_BYTES);
  #placesBytes = 0;
  readonly #plain: { -readonly [key in keyof PlainLines]: PlainLines[key] };

  /** @param maxReports the most reports of one session in one tick */
  constructor(maxReports: number) {
    this.#commandEnds = new Int32Array(maxReports);
    this.#replyEnds = new Int32Array(maxReports);
    this.#plain = { bytes: Buffer.alloc(0), start: 0, end: 0, ends: this.#commandEnds, count: 0 };
  }

  /**
   * A session begins to work.
   *
   * @param repliesStart where its replies are written
   */
  begin(repliesStart: number): void {
    this.#count = 0;
    this.#isPlain = true;
    this.#commands = undefined;
    this.#repliesStart = repliesStart;
    this.#gathered.length = 0;
    this.#placesBytes = 0;
  }

  /** Something is not a report in the usual form or its reply: nothing of this tick is logged as it is. */
  noteOther(): void {
    this.#isPlain = false;
  }

  /** A report was answered at once: both end at these places, at their LF. */
  addReport(commandEnd: number, replyEnd: number): void {
    this.#commandEnds[this.#count] = commandEnd;
    this.#replyEnds[this.#count] = replyEnd;
    this.#count += 1;
  }

  /** Commands were read. Those that were received in one piece are logged together. */
  addCommands(log: TrafficLog, bytes: Buffer, start: number, end: number): void {
    if (bytes !== this.#commands) {
      if (this.#commands !== undefined) this.#isPlain = false;
      this.#logCommands(log);
      this.#commands = bytes;
      this.#commandsStart = start;
    }
    this.#commandsEnd = end;
  }

  /** Places come next in `out`, which are not logged, but for how many bytes they are. */
  skipPlaces(out: ByteWriter, bytes: number): void {
    this.#gather(out);
    this.#repliesStart += bytes;
    this.#placesBytes += bytes;
  }

  /** The session has done its work, and written its replies. */
  end(log: TrafficLog, out: ByteWriter): void {
    this.#logCommands(log);
    this.#logReplies(log, out);
  }

  #logCommands(log: TrafficLog): void {
    if (this.#commands === undefined) return;
    const [bytes, start, end] = [this.#commands, this.#commandsStart, this.#commandsEnd];
    this.#commands = undefined;
    if (this.#isPlain) this.#logPlain(log, 'commands', bytes, start, end, this.#commandEnds);
    else log.logCommands(bytes.subarray(start, end));
  }

  #logReplies(log: TrafficLog, out: ByteWriter): void {
    const bytes = out.length - this.#repliesStart;
    if (this.#isPlain && bytes > 0) {
      const end = out.length - 1;
      this.#logPlain(log, 'replies', out.bytes, this.#repliesStart, end, this.#replyEnds);
    } else if (this.#placesBytes > 0) {
      this.#gather(out);
      log.logReplies(this.#gathered.view(), this.#gathered.length + this.#placesBytes);
    } else if (bytes > 0) {
      log.logReplies(out.view(this.#repliesStart), bytes);
    }
  }

  #logPlain(
    log: TrafficLog,
    direction: Direction,
    bytes: Buffer,
    start: number,
    end: number,
    ends: Int32Array,
  ): void {
    const plain = this.#plain;
    plain.bytes = bytes;
    plain.start = start;
    plain.end = end;
    plain.ends = ends;
    plain.count = this.#count;
    log.logPlain(direction, plain);
  }

  /** Copies what is to be logged, since the places in between are not. */
  #gather(out: ByteWriter): void {
    this.#gathered.copy(out.bytes, this.#repliesStart, out.length);
    this.#repliesStart = out.length;
  }
}
