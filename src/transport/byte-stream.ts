import type { Address } from './address.ts';

/**
 * One end of an ordered stream of bytes, both ways. Each way ends on its own: the other end may
 * close its sending side and still be written to.
 */
export interface ByteStream {
  /** Where it comes from. */
  readonly remote: Address;
  /** How much was given to `write` that the system has not taken yet, in bytes. */
  readonly pendingBytes: number;
  /** Whether so much is pending that nothing should be written before `onDrain`. */
  readonly isBlocked: boolean;
  /**
   * Writes bytes, unless the stream has ended.
   *
   * @returns whether `bytes` may change from now on; where not, the stream still reads from them, for
   *   as long as any byte is pending
   */
  write(bytes: Buffer): boolean;
  /** Stops and resumes to read. A few bytes may still be received after `pause`. */
  pause(): void;
  resume(): void;
  /**
   * Ends the stream after what was written. What is still sent by the other end is thrown away, and
   * it is read from for `lingerMs` at most once it has taken all.
   */
  end(lingerMs: number): void;
  /** Closes the stream at once, for `reason`. */
  destroy(reason: string): void;
}

/** A stream's callbacks. */
export interface StreamListener {
  /** `bytes` are the listener's own. */
  onData(bytes: Buffer): void;
  /** The other end sends no more. Once this end has ended the stream, only `onClose` is called. */
  onEnd(): void;
  /** Nothing is pending any more, after the stream was blocked. */
  onDrain(): void;
  /** Something is pending, and none of it was taken for `stallMs`, or twice that. */
  onStall(): void;
  /** The last call: the stream has closed, by whichever end; `reason` is the system's or `destroy`'s. */
  onClose(reason: string): void;
}
