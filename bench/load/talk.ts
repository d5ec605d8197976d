/** All that one connection says, prepared, and how its replies are read. */
export interface Talk {
  /** The requests, one after the other. */
  readonly requests: Buffer;
  /** Where each request ends in `requests`. */
  readonly ends: readonly number[];
  /** Checks the reply to request `index` that starts at `start`: returns where it ends; see `ReadReply`. */
  readonly readReply: ReadReply;
}

/**
 * Finds where the reply to request `index` ends that starts at `start` in `received`; -1 where not all
 * of it has come. Throws where it is not the reply that was expected.
 */
export type ReadReply = (received: Buffer, start: number, index: number) => number;

/** Puts requests together. */
export function talkOf(requests: readonly string[], readReply: ReadReply): Talk {
  let end = 0;
  const ends = requests.map((request) => (end += request.length));
  return { requests: Buffer.from(requests.join(''), 'latin1'), ends, readReply };
}

/** The reply is not what it has to be. */
export class WrongReply extends Error {
  readonly code = 'WRONG_REPLY';
  override readonly name = 'WrongReply';

  constructor(request: string, reply: Buffer) {
    super(`the reply to ${request.trimEnd()} is ${reply.toString('latin1', 0, SHOWN).trimEnd()}`);
  }
}

/** So much of a wrong reply is shown, in bytes. */
const SHOWN = 200;
