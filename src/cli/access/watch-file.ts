import { unwatchFile, watchFile } from 'node:fs';

/**
 * How often a file is looked at, in milliseconds. By asking, since the system's own notices do not come from
 * network file systems, nor from a file in another one's place.
 */
const LOOK_EVERY_MS = 1000;

/** Watches one file after the other: that which the configuration names. */
export class FileWatch {
  readonly #onChange: () => void;
  #path: string | undefined;

  /** @param onChange called when the file was changed, replaced, made or removed */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Watches this file from now on, and no other. It does not keep the process alive. */
  follow(path: string | undefined): void {
    if (path === this.#path) return;
    this.stop();
    this.#path = path;
    if (path === undefined) return;
    watchFile(path, { interval: LOOK_EVERY_MS, persistent: false }, this.#onChange);
  }

  stop(): void {
    if (this.#path !== undefined) unwatchFile(this.#path, this.#onChange);
    this.#path = undefined;
  }
}
