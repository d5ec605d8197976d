import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CliError } from '../errors.ts';
import type { Question } from './question.ts';

/** Asks questions at this process's terminal. */
export class Terminal implements Disposable {
  readonly #lines: Interface;
  readonly #ended = new AbortController();
  #isHidden = false;

  constructor() {
    const { stdin: input, stdout } = process;
    const output = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (!this.#isHidden) stdout.write(chunk);
        done(); // at once: what waited would be written, or not, by what is hidden later
      },
    });
    this.#lines = createInterface({ input, output, terminal: true, historySize: 0 });
    const end = (): void => this.#ended.abort();
    this.#lines.once('SIGINT', end).once('close', end);
  }

  /**
   * Asks until there is an answer.
   *
   * @param isHidden whether what is typed is not shown
   * @throws {CliError} `FAILED` where the user ends it
   */
  async ask<T>(question: Question<T>, isHidden = false): Promise<T> {
    const { text, suggestion, expected } = question;
    const shown = suggestion === undefined ? '' : ` [${suggestion}]`;
    for (;;) {
      const typed = (await this.#read(`${text}${shown}: `, isHidden)).trim();
      const answer = question.parse(typed === '' ? (suggestion ?? '') : typed);
      if (answer !== undefined) return answer;
      process.stdout.write(`  expected ${expected}\n`);
    }
  }

  [Symbol.dispose](): void {
    this.#lines.close();
  }

  async #read(prompt: string, isHidden: boolean): Promise<string> {
    const { signal } = this.#ended;
    try {
      signal.throwIfAborted();
      const answer = this.#lines.question(prompt, { signal });
      this.#isHidden = isHidden; // after the prompt was written
      return await answer;
    } catch (error) {
      if (!signal.aborted) throw error;
      process.stdout.write('\n'); // the cursor is behind the question
      throw new CliError('FAILED', ['stopped: nothing was written']);
    } finally {
      if (isHidden && !signal.aborted) process.stdout.write('\n');
      this.#isHidden = false;
    }
  }
}
