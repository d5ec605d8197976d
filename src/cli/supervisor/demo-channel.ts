import type { DemoAnswer, DemoPort, DemoWish } from '../../gateway/demo-port.ts';
import type { News } from './messages.ts';

/** How long the supervisor may take for an answer, in milliseconds: it asks the herd's gateways, which have ten seconds. */
const ANSWERS_WITHIN_MS = 30_000;

/** Asks the supervisor, who runs the demo, in a server's process. */
export class DemoChannel implements DemoPort {
  readonly #send: (news: News) => void;
  readonly #waiting = new Map<number, (answer: DemoAnswer) => void>();
  #last = 0;

  constructor(send: (news: News) => void) {
    this.#send = send;
  }

  readonly ask = (wish: DemoWish): Promise<DemoAnswer> => {
    const request = ++this.#last;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.take(request, { refusal: 'demo-failed', detail: 'the supervisor does not answer' });
      }, ANSWERS_WITHIN_MS).unref();
      this.#waiting.set(request, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#send({ news: 'demo', request, wish });
    });
  };

  /** Takes the answer to a request. */
  take(request: number, answer: DemoAnswer): void {
    const resolve = this.#waiting.get(request);
    this.#waiting.delete(request);
    resolve?.(answer);
  }
}
