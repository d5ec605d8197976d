/*
 * Server-sent events, as the HTML standard has them:
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 * Parsers of packages drop an ID that comes without data, which is what cursors are.
 */

/** The most that is kept of an event that is not whole, in characters: a location has less than 10,000. */
const MAX_EVENT_LENGTH = 1024 * 1024;

/** An event of a stream. */
export interface SseEvent {
  readonly kind: string;
  readonly data: string;
}

/** An event as it comes: with the last ID that came before or with it. */
interface ReceivedEvent extends SseEvent {
  readonly lastEventId: string | undefined;
}

/** What came is no stream of events that anybody would send. */
export class SseError extends Error {
  readonly code = 'SSE';
  override readonly name = 'SseError';
}

/** Cuts a stream into events. */
export class SseParser {
  /** With it a stream goes on: the ID of the last event. */
  lastEventId: string | undefined;
  #rest = '';
  #isFirst = true;
  #kind = '';
  #data: string[] = [];
  #id: string | undefined;

  /**
   * More has come: returns the events that are whole.
   *
   * @throws {SseError} where one has no end
   */
  push(text: string): ReceivedEvent[] {
    let received = this.#rest + text;
    if (this.#isFirst && received !== '') {
      this.#isFirst = false;
      received = received.replace(/^\uFEFF/, '');
    }
    const events: ReceivedEvent[] = [];
    const lines = received.split(/\r\n|\n|\r(?!$)/); // a CR at the end may be half of a CRLF
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') this.#takeField(line);
      else events.push(...this.#end());
    }
    const length = this.#data.reduce((sum, line) => sum + line.length, this.#rest.length);
    if (length > MAX_EVENT_LENGTH) throw new SseError('an event has no end');
    return events;
  }

  #takeField(line: string): void {
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.#kind = value;
    if (name === 'data') this.#data.push(value);
    if (name === 'id' && !value.includes('\0')) this.#id = value;
  }

  #end(): ReceivedEvent[] {
    this.lastEventId = this.#id ?? this.lastEventId;
    const { lastEventId } = this;
    const event = { kind: this.#kind || 'message', data: this.#data.join('\n'), lastEventId };
    const isEvent = this.#data.length > 0;
    this.#kind = '';
    this.#data = [];
    this.#id = undefined;
    return isEvent ? [event] : [];
  }
}
