const AT = 'AT ';
const OPENING_BRACE = '{';
/** What ends the places of a reply. */
const PLACES_END = '\n\n';

/** A reply of a server, one character a byte. */
export interface Reply {
  /** Its first line, without the LF. */
  readonly line: string;
  /** The places that follow an `AT` line, without the two LFs at their end; `undefined` where none do. */
  readonly places: string | undefined;
}

/** What reads replies as they come. */
export interface ReplyHandler {
  /** Whether places may follow this `AT` line: its reply is not known to be whole before they, or more, come. */
  mayHavePlaces(line: string): boolean;
  onReply(reply: Reply): void;
}

/** Cuts what is received into replies. */
export class ReplyReader {
  readonly #handler: ReplyHandler;
  #rest = '';

  constructor(handler: ReplyHandler) {
    this.#handler = handler;
  }

  /** What comes now is of another connection. */
  clear(): void {
    this.#rest = '';
  }

  /** More was received, one character a byte. */
  read(text: string): void {
    const received = this.#rest + text;
    let start = 0;
    while (start < received.length) {
      const end = this.#readReply(received, start);
      if (end === undefined) break;
      start = end;
    }
    this.#rest = received.slice(start);
  }

  /** Reads the reply that begins at `start`; returns where it ends, `undefined` where it is not whole. */
  #readReply(received: string, start: number): number | undefined {
    const lineEnd = received.indexOf('\n', start);
    if (lineEnd === -1) return undefined;
    const line = received.slice(start, lineEnd);
    const next = lineEnd + 1;
    if (!line.startsWith(AT)) return this.#give({ line, places: undefined }, next);
    if (received.startsWith(OPENING_BRACE, next)) {
      const end = received.indexOf(PLACES_END, next);
      if (end === -1) return undefined;
      return this.#give({ line, places: received.slice(next, end) }, end + PLACES_END.length);
    }
    const isWhole = next < received.length || !this.#handler.mayHavePlaces(line);
    return isWhole ? this.#give({ line, places: undefined }, next) : undefined;
  }

  #give(reply: Reply, end: number): number {
    this.#handler.onReply(reply);
    return end;
  }
}
