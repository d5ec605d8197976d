import { setTimeout as delay } from 'node:timers/promises';
import { Conversation } from './conversation.ts';
import type { Report } from './reports.ts';

/** How long it waits before it asks again for what was not there yet, in milliseconds. */
const AGAIN_MS = 1;
/** What ends a reply to WHATSAT. */
const END = '\n\n';

/** A client that asks where others are. */
export class Asker {
  readonly #conversation: Conversation;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  static async connect(port: number): Promise<Asker> {
    return new Asker(await Conversation.connect(port));
  }

  /** Asks one question, and returns the whole reply. */
  ask(whatsat: string): Promise<string> {
    return this.#conversation.exchange(whatsat, (text) => countReplies(text) === 1);
  }

  /** Waits until the server has each of these reports, or a newer one of the client. */
  async untilHeld(reports: readonly Report[]): Promise<void> {
    let missing = reports;
    while (missing.length > 0) {
      // One at a time while things are on their way: asking for all would cost the servers much.
      const first = await this.#missing(missing.slice(0, 1));
      if (first.length > 0) await delay(AGAIN_MS);
      else missing = await this.#missing(missing.slice(1));
    }
  }

  close(): void {
    this.#conversation.close();
  }

  /** Those of the reports that the server does not have. */
  async #missing(reports: readonly Report[]): Promise<Report[]> {
    if (reports.length === 0) return [];
    const questions = reports.map(({ client }) => `WHATSAT ${client} 1 1\n`);
    const replies = await this.#conversation.exchange(
      questions.join(''),
      (text) => countReplies(text) === reports.length,
    );
    // Answers come in the order in which they are found.
    return reports.filter(
      ({ client, latitude, longitude, time }) =>
        !replies.includes(` ${client} ${latitude}${longitude} ${time}\n{`),
    );
  }
}

/** `?` and a line for a client that is not known; else a line, the places and an empty line. */
function countReplies(text: string): number {
  let count = 0;
  for (let start = 0; start < text.length; count++) {
    const unknown = text.startsWith('?', start);
    const end = text.indexOf(unknown ? '\n' : END, start);
    if (end === -1) return -1;
    start = end + (unknown ? 1 : END.length);
  }
  return count;
}
