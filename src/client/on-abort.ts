/** Who is told of the abort of a signal: one listener serves all, since Node warns of a signal that has many. */
const told = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Has `callback` called when a signal is aborted; at once where it is already.
 *
 * @returns what ends that
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    callback();
    return () => undefined;
  }
  let callbacks = told.get(signal);
  if (callbacks === undefined) {
    const all = new Set<() => void>();
    signal.addEventListener('abort', () => all.forEach((each) => each()), { once: true });
    told.set(signal, all);
    callbacks = all;
  }
  callbacks.add(callback);
  return () => void callbacks.delete(callback);
}
