import { ByteWriter } from '../protocol/byte-writer.ts';
import type { Line } from '../protocol/line-decoder.ts';

const LF = 0x0a;
/** Room for one reply, before it grows: most `AT` lines. */
const FIRST_BYTES = 128;

/** Reports of one tick whose replies wait for the commit gate. */
export class GatedReports {
  count = 0;
  /** What is sent where the promise is kept, and where it cannot be. */
  readonly replies = new ByteWriter(FIRST_BYTES);
  readonly refusals = new ByteWriter(FIRST_BYTES);

  /** Takes the reply to a report from where it was written. */
  add(line: Line, out: ByteWriter, start: number): void {
    this.count += 1;
    this.replies.copy(out.bytes, start, out.length);
    this.refusals.text('? ');
    this.refusals.copy(line.bytes, line.start, line.end);
    this.refusals.byte(LF);
    out.length = start;
  }
}
