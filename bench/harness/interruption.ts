import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The benchmarks were asked to stop. */
export class Interrupted extends Error {
  readonly code = 'INTERRUPTED';
  override readonly name = 'Interrupted';
  /** What a shell says of a program that the signal ended. */
  readonly exitStatus: number;

  constructor(signal: (typeof SIGNALS)[number]) {
    super(`stopped by ${signal}`);
    this.exitStatus = 128 + constants.signals[signal];
  }
}

/**
 * A signal that aborts when this process is asked to stop, with `Interrupted`, or when an error went
 * past everybody, with that: in both cases what was started is still to be ended.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      controller.abort(new Interrupted(signal));
    });
  }
  process.on('uncaughtException', (error) => {
    controller.abort(error);
  });
  return controller.signal;
}
