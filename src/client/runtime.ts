/** What this library takes from the world around it. Handed in, so that tests need not wait. */
export interface ClientRuntime {
  /** The time of the clock on the wall, in milliseconds since 1970. */
  nowMs(): number;
  /** The time of a clock that never goes back, in milliseconds since any moment. */
  elapsedMs(): number;
  /** From 0 to below 1. */
  random(): number;
  /**
   * Waits so many milliseconds.
   *
   * @throws the signal's reason, as soon as it is aborted
   */
  delay(ms: number, signal: AbortSignal): Promise<void>;
}

/** The real one: of Node, Bun and browsers. */
export const SYSTEM_RUNTIME: ClientRuntime = {
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  random: () => Math.random(),
  delay: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal.addEventListener('abort', stop, { once: true });
    }),
};
