import { ClosedError, HerdError } from '../../client/errors.ts';
import { Demo } from '../../demo/demo.ts';
import { DEMO_PREFIX } from '../../demo/names.ts';
import type { DemoAnswer, DemoEnd, DemoStatus, DemoWish } from '../../gateway/demo-port.ts';
import { systemReason } from '../errors.ts';
import type { DemoMarker } from './demo-marker.ts';

/** Nobody looks any more at a demo that was forgotten: it stops after so long, in milliseconds. */
const DEMO_MS = 3_600_000;
/** All demos have the same clients. */
const SEED = 14;

/** What runs demos is made of. */
export interface DemoControlParts {
  /** The URLs of the herd's gateways. */
  readonly gateways: readonly string[];
  /** Whether the herd is there for the demo alone. */
  readonly isDemoHerd: boolean;
  /** Records that the herd's journals contain demo clients. */
  readonly marker: DemoMarker;
  /** Called with a line for the operator. */
  readonly report: (line: string) => void;
}

/** A demo that runs. */
interface Running {
  readonly demo: Demo;
  readonly startedMs: number;
  readonly endsMs: number | undefined;
  readonly timer: NodeJS.Timeout | undefined;
}

/** Runs the demo of a herd: one at a time, for all servers. */
export class DemoControl {
  readonly #parts: DemoControlParts;
  /** The one that has connections, also while it does not run yet, or any more. */
  #demo: Demo | undefined;
  #running: Running | undefined;
  #isClosed = false;
  #endedBy: DemoEnd | undefined;
  /** One wish after the other: a demo that starts is not stopped halfway. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: DemoControlParts) {
    this.#parts = parts;
  }

  /** Grants a wish, or says why not. */
  async ask(wish: DemoWish): Promise<DemoAnswer> {
    if (wish === 'look') return { status: this.#status };
    try {
      return await this.#inTurn(() => (wish === 'start' ? this.#start() : this.#stop('request')));
    } catch (error) {
      return { refusal: 'demo-failed', detail: reasonOf(error) };
    }
  }

  /** Removes what a demo has left whose program was ended before it could. */
  async clean(): Promise<void> {
    try {
      await this.#inTurn(async () => {
        if (this.#running === undefined) await this.#stop('request');
      });
      this.#parts.report('removed the clients of a demo that was not stopped');
    } catch (error) {
      this.#parts.report(`the clients of a demo are left: ${reasonOf(error)}`);
    }
  }

  /** Ends the demo with its herd. What is in the herd stays: see `clean`. */
  async close(): Promise<void> {
    clearTimeout(this.#running?.timer);
    this.#running = undefined;
    this.#isClosed = true;
    await this.#demo?.close();
    await this.#last;
  }

  get #status(): DemoStatus {
    const { isDemoHerd } = this.#parts;
    if (this.#running === undefined)
      return { state: 'stopped', isDemoHerd, endedBy: this.#endedBy };
    const { demo, startedMs, endsMs } = this.#running;
    return { state: 'running', isDemoHerd, clients: demo.size, startedMs, endsMs };
  }

  async #start(): Promise<DemoAnswer> {
    if (this.#running !== undefined) return { status: this.#status };
    const { isDemoHerd, marker } = this.#parts;
    const demo = this.#createDemo();
    try {
      const stranger = isDemoHerd ? undefined : await demo.findStranger();
      if (stranger !== undefined) return { refusal: 'herd-in-use', detail: inUse(stranger) };
      await marker.set();
      const startedMs = Date.now();
      await demo.start();
      const timer = isDemoHerd ? undefined : setTimeout(() => this.#end('time'), DEMO_MS);
      const endsMs = isDemoHerd ? undefined : startedMs + DEMO_MS;
      this.#running = { demo, startedMs, endsMs, timer };
    } finally {
      if (this.#running === undefined) await this.#closeDemo(demo);
    }
    if (!isDemoHerd) void this.#endUponStranger(demo);
    return { status: this.#status };
  }

  async #endUponStranger(demo: Demo): Promise<void> {
    const stranger = await demo.untilStranger();
    if (stranger === undefined || this.#running?.demo !== demo) return;
    const name = JSON.stringify(stranger);
    this.#parts.report(`the demo ends: the client ${name} reported, which is none of it`);
    this.#end('report');
  }

  #end(why: DemoEnd): void {
    this.#inTurn(() => this.#stop(why)).catch((error: unknown) => {
      this.#parts.report(`the clients of the demo are left: ${reasonOf(error)}`);
    });
  }

  /** Stops the demo, and removes all that any has left. @throws {HerdError} where the herd does not answer */
  async #stop(why: DemoEnd): Promise<DemoAnswer> {
    const running = this.#running;
    const demo = running?.demo ?? this.#createDemo();
    clearTimeout(running?.timer);
    if (running !== undefined) this.#endedBy = why;
    this.#running = undefined;
    try {
      await demo.stop();
      await demo.remove();
      await this.#parts.marker.unset();
    } finally {
      await this.#closeDemo(demo);
    }
    return { status: this.#status };
  }

  #createDemo(): Demo {
    if (this.#isClosed) throw new ClosedError();
    this.#demo = new Demo({ gateways: this.#parts.gateways, seed: SEED });
    return this.#demo;
  }

  async #closeDemo(demo: Demo): Promise<void> {
    if (this.#demo === demo) this.#demo = undefined;
    await demo.close();
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** Why something failed. Whatever it is, the herd goes on. */
function reasonOf(error: unknown): string {
  return error instanceof HerdError ? error.message : (systemReason(error) ?? String(error));
}

function inUse(stranger: string): string {
  return (
    `found the client ${JSON.stringify(stranger)}, expected a herd without clients, or with those of a demo ` +
    `(${DEMO_PREFIX}…) alone; npm start -- --demo starts a herd of its own for it`
  );
}
