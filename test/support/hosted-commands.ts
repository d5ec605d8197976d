import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CommandOrder } from './command-host.ts';
import { CHECKOUT, type Finished, RUNTIME } from './process.ts';

const HOST = fileURLToPath(new URL('command-host.js', import.meta.url));

/**
 * Runs commands that end by themselves in one process, one after the other: to start one for each takes ten times as
 * long as most of them do. What depends on a process of its own (signals, its environment, broken output) needs `runCli`.
 */
export class CommandHost implements AsyncDisposable {
  readonly #child: ChildProcess;

  constructor() {
    const env = { ...process.env };
    delete env['NODE_TEST_CONTEXT']; // which would have it report to the test runner
    delete env['GOOGLE_MAPS_API_KEY'];
    this.#child = fork(HOST, {
      execPath: RUNTIME,
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  /** Runs a command to its end. The one before it has to have ended. */
  async run(args: readonly string[], cwd = CHECKOUT): Promise<Finished> {
    const order: CommandOrder = { args, cwd };
    const other = new AbortController();
    const ended = once(this.#child, 'exit', { signal: other.signal }).then(() => {
      throw new Error(`the process of commands ended in: ${args.join(' ')}`);
    });
    ended.catch(() => undefined); // also where the reply came first
    const reply = once(this.#child, 'message', { signal: other.signal }) as Promise<[Finished]>;
    this.#child.send(order);
    try {
      const [finished] = await Promise.race([reply, ended]);
      return finished;
    } finally {
      other.abort();
      reply.catch(() => undefined);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL'); // the commands that take signals are still there to take it
    await ended;
  }
}
