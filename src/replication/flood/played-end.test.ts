import assert from 'node:assert/strict';

import { RecordView } from '../../store/record.ts';
import type { LocationStore } from '../../store/store.ts';
import type { Channel, ChannelCause, ChannelListener } from '../../transport/channel.ts';

/*
 * What the tests of links share: the end of a connection that a test plays, and the records on it. There is
 * no test in it.
 */

/** A server's end of a connection, for whose other end the test speaks. */
export class PlayedEnd implements Channel {
  readonly #listener: ChannelListener;
  closed = false;
  /** Whether writes are answered with "enough is waiting". */
  full = false;
  /** What has been written and not been taken: one text a write. */
  readonly writes: string[] = [];

  constructor(listener: ChannelListener) {
    this.#listener = listener;
  }

  write(bytes: Buffer): boolean {
    this.writes.push(bytes.toString('latin1'));
    return !this.full;
  }

  close(): void {
    this.closed = true;
  }

  /** The connection that was dialled is there. */
  opened(): void {
    this.#listener.onOpened();
  }

  /** Something comes from the other end. */
  receive(...lines: string[]): void {
    if (!this.closed) this.#listener.onReceived(Buffer.from(lines.join(''), 'latin1'));
  }

  /** What was waiting has been written. */
  drain(): void {
    this.full = false;
    this.#listener.onDrained();
  }

  /** Ends the connection, by no doing of the server's. */
  break(code: ChannelCause['code'] = 'closed'): void {
    if (this.closed) return;
    this.closed = true;
    this.#listener.onClosed({ code, detail: code });
  }

  /** Takes what has been written since it was taken last. */
  taken(): string {
    return this.writes.splice(0).join('');
  }
}

/** Records are numbered in the order in which a test names them first, with gaps. */
const sequences = new Map<string, number>();

function sequenceOf(text: string): number {
  const known = sequences.get(text) ?? 2 * (sequences.size + 1);
  sequences.set(text, known);
  return known;
}

/** A client's record at a time in seconds. */
export function location(client: string, time: number, origin = 'A'): RecordView {
  return recordIn(`AT ${origin} +0.500000000 ${client} +1+1 ${time}`);
}

/** The record of an `AT` line. */
export function recordIn(text: string): RecordView {
  const line = new RecordView();
  const bytes = Buffer.from(text);
  assert.ok(line.scan(bytes, 0, bytes.length));
  line.sequence = sequenceOf(bytes.toString());
  return line;
}

/** The location that a store has of a client, as its line. */
export function lineIn(store: LocationStore, client: string): string | undefined {
  return store.get(Buffer.from(client))?.at;
}

/** How a location is sent as the change `seq`. */
export function change(seq: number, line: RecordView): string {
  return `CHANGES ${seq} 0 ${line.sequence}\n${line.toString()}\n`;
}
