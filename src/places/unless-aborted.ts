import { setMaxListeners } from 'node:events';

/** Waits for `promise`, or rejects with the signal's reason as soon as it is aborted. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // One signal may end any number of questions; Node would take more than ten for a leak.
  setMaxListeners(0, signal);
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    const settle = (): void => signal.removeEventListener('abort', leave);
    promise.then(resolve, reject).finally(settle);
  });
}
