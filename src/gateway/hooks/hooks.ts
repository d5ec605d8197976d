import type { HookCounts } from '../../service/hook-counts.ts';
import type { GatewayLog } from '../events.ts';
import type { PosterOptions } from './hook-poster.ts';
import { Hook, type HookParts } from './hook.ts';
import type { HookOptions } from './options.ts';
import { Poster } from './poster.ts';

/** How long a hook that was taken out of the configuration may still try, in milliseconds. */
const REMOVED_GRACE_MS = 2_000;

/** The dependencies of a server's hooks. */
export interface HooksParts extends Omit<HookParts, 'createPoster'> {
  readonly log: GatewayLog;
}

/**
 * The hooks of a server. Each sends what this server accepted itself: so every event of the herd is sent by one server,
 * without the servers having to agree.
 */
export class Hooks {
  readonly #parts: HookParts;
  #hooks: readonly Hook[];
  /** Those that are not in the configuration any more. */
  readonly #ending = new Set<Promise<void>>();

  /** @param from whether what this server accepted before this moment is sent as well */
  constructor(parts: HooksParts, options: readonly HookOptions[], from: 'start' | 'now') {
    this.#parts = { ...parts, createPoster: (each: PosterOptions) => new Poster(each) };
    this.#hooks = options.map((each) => new Hook(this.#parts, each, from));
  }

  /** What each has counted up to now. */
  get counts(): readonly HookCounts[] {
    return this.#hooks.map(({ counts }) => counts);
  }

  /** Takes in what has happened. A phase of each tick. */
  work(): void {
    for (const hook of this.#hooks) hook.work();
  }

  /** Takes other hooks. One that stays, by its name and form, goes on with what waits. */
  replace(options: readonly HookOptions[]): void {
    const old = new Map(this.#hooks.map((hook) => [keyOf(hook.options), hook]));
    this.#hooks = options.map((each) => {
      const hook = old.get(keyOf(each));
      if (hook === undefined) return new Hook(this.#parts, each, 'now');
      old.delete(keyOf(each));
      hook.change(each);
      return hook;
    });
    for (const hook of old.values()) this.#end(hook);
  }

  /** Ends all: what waits is tried once more, for `graceMs` at most. */
  async close(graceMs: number): Promise<void> {
    await Promise.all([...this.#hooks.map((hook) => hook.close(graceMs)), ...this.#ending]);
  }

  #end(hook: Hook): void {
    const ended = hook.close(REMOVED_GRACE_MS).finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }
}

function keyOf({ name, form }: HookOptions): string {
  return `${form} ${name}`;
}
