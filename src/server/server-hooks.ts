import type { Hooks, HooksParts } from '../gateway/hooks/hooks.ts';
import type { HookOptions } from '../gateway/hooks/options.ts';
import type { Instant } from '../protocol/timestamp.ts';
import type { World } from '../replication/world.ts';
import type { GeofenceTracker } from '../service/geofences/geofence-tracker.ts';
import type { HookCounts } from '../service/hook-counts.ts';
import type { LocationService } from '../service/location-service.ts';
import type { Log } from './log.ts';
import type { ServerOptions } from './options.ts';

/** What the hooks need of their server. */
interface HookGround {
  readonly service: LocationService;
  readonly world: Pick<World, 'clock' | 'nowMs' | 'random'>;
  readonly now: () => Instant;
  readonly log: Log;
}

/** The hooks of a server, if it has any: their modules are loaded with the first one. */
export class ServerHooks {
  readonly #parts: Omit<HooksParts, 'transitions'>;
  #options: readonly HookOptions[];
  #creation: Promise<void> | undefined;
  #hooks: Hooks | undefined;
  #isClosing = false;

  constructor({ herd, hooks }: ServerOptions, { service, world, now, log }: HookGround) {
    const { clock, random } = world;
    this.#parts = { service, herd, now, monotonicMs: () => world.nowMs(), clock, random, log };
    this.#options = hooks;
  }

  /** What each has counted up to now. */
  get counts(): readonly HookCounts[] {
    return this.#hooks?.counts ?? [];
  }

  /** Keeps track of who enters geofences, where a hook may have to tell: before anything is accepted. */
  async prepare(): Promise<void> {
    if (this.#options.length > 0) await this.#track();
  }

  /** Begins to send what this server has accepted since its start. */
  open(): Promise<void> {
    return this.#begin('start');
  }

  /** Takes other hooks, for what comes from now on. */
  replace(options: readonly HookOptions[]): void {
    this.#options = options;
    if (this.#hooks !== undefined) this.#hooks.replace(options);
    else void this.#begin('now');
  }

  /** Takes in what has happened. A phase of each tick. */
  work(): void {
    this.#hooks?.work();
  }

  /** Ends them: what waits is tried once more, for `graceMs` at most. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    await this.#creation;
    await this.#hooks?.close(graceMs);
  }

  #begin(from: 'start' | 'now'): Promise<void> {
    if (this.#options.length === 0 || this.#isClosing) return Promise.resolve();
    this.#creation ??= this.#create(from);
    return this.#creation;
  }

  #track(): Promise<GeofenceTracker> {
    const { service, log } = this.#parts;
    return service.geofenceTracking.start(() => log.write({ event: 'geofences-full' }));
  }

  async #create(from: 'start' | 'now'): Promise<void> {
    const options = this.#options;
    const { transitions } = await this.#track();
    const { Hooks } = await import('../gateway/hooks/hooks.ts');
    this.#hooks = new Hooks({ ...this.#parts, transitions }, options, from);
    // A reload may have come meanwhile.
    if (this.#options !== options) this.#hooks.replace(this.#options);
  }
}
