import type { Channel, ChannelListener } from '../../transport/channel.ts';
import { MAX_NEIGHBOURS } from '../../store/neighbour-set.ts';
import type { FeedPosition } from '../../store/feed-history.ts';
import type { OriginDigests } from '../../store/origin-digests.ts';
import type { LocationStore } from '../../store/store.ts';
import { Drain } from './drain.ts';
import { LinkKeeper } from './link-keeper.ts';
import { Link, type LinkOwner } from './link.ts';
import type { Hello, LinkCause } from './messages.ts';
import { Neighbour } from './neighbour.ts';
import { Sources } from './sources.ts';
import type { LinkEvents, World } from './world.ts';

/**
 * How many changes all links that are catching up may look at in one tick, together: a few
 * milliseconds of work. What changed since the last tick comes on top, twice, so that they get nearer
 * to the head under any load.
 */
const CATCH_UP_CHANGES = 4000;

const STOPPING: LinkCause = { code: 'stopping', detail: 'this server stops' };

/** Who a server is to its neighbours, and who they are. */
export interface Membership {
  readonly herd: string;
  readonly server: string;
  readonly neighbours: readonly string[];
  /** Whether neighbours are asked to confirm what they are told. */
  readonly confirming: boolean;
}

/** All links of one server: what makes a member of the herd of it. */
export class Links {
  readonly #membership: Membership;
  readonly #store: LocationStore;
  readonly #world: World;
  readonly #events: LinkEvents;
  readonly #keepers = new Map<string, LinkKeeper>();
  /** Connections of which it is not yet known whose they are. */
  readonly #strangers = new Set<Link>();
  readonly #sources: Sources | undefined;
  readonly #owner: LinkOwner;
  #drain: Drain | undefined;
  #started = false;
  #stopped = false;
  /** The feed's head at the end of the last tick. */
  #lastHead: number;

  constructor(membership: Membership, store: LocationStore, world: World, events: LinkEvents) {
    if (membership.neighbours.length > MAX_NEIGHBOURS) {
      throw new RangeError(`A server has at most ${MAX_NEIGHBOURS} neighbours.`);
    }
    this.#membership = membership;
    this.#store = store;
    this.#lastHead = store.head;
    this.#world = world;
    this.#events = events;
    // Where neighbours confirm what they hold, a reply waits for all of them: none is spared.
    const mayHold = membership.neighbours.length > 1 && !membership.confirming;
    const digests = mayHold ? store.digestOrigins() : undefined;
    const neighbours = membership.neighbours.map((name, index) => new Neighbour(name, index));
    const { server } = membership;
    this.#sources = digests && new Sources(server, neighbours, store, digests);
    this.#owner = this.#makeOwner(digests);
    for (const neighbour of neighbours) {
      const { name } = neighbour;
      const dial = () => new Link(this.#owner, (link) => world.dial(name, link), neighbour);
      this.#keepers.set(name, new LinkKeeper(server, neighbour, world, dial));
    }
  }

  /** The names of the neighbours with which a link is up. */
  get up(): string[] {
    return [...this.#keepers.values()].flatMap(({ up, neighbour }) => (up ? [neighbour.name] : []));
  }

  /**
   * For each change up to this number all neighbours with which a link is up have confirmed its
   * location, or a newer one of the client; infinite where no link is up.
   */
  get confirmed(): number {
    const confirmed = [...this.#keepers.values()].flatMap(({ up }) => up?.confirmed ?? []);
    return Math.min(...confirmed);
  }

  /** How far each neighbour's change feed has been read, by name. */
  get read(): Record<string, FeedPosition> {
    return Object.fromEntries(
      [...this.#keepers].flatMap(([name, { neighbour }]) =>
        neighbour.read === undefined ? [] : [[name, neighbour.read]],
      ),
    );
  }

  /**
   * Dials all neighbours at once, and takes the links that they dial from now on.
   *
   * @param read how far each neighbour's feed was read before this server started, by name
   */
  start(read: Readonly<Record<string, FeedPosition>> = {}): void {
    this.#started = true;
    const positions = new Map(Object.entries(read)); // a server may be called `constructor`
    for (const [name, keeper] of this.#keepers) {
      keeper.neighbour.resume(positions.get(name));
      keeper.dial();
    }
  }

  /** Takes a connection that another server has made. */
  accept(open: (listener: ChannelListener) => Channel): void {
    this.#strangers.add(new Link(this.#owner, open, undefined));
  }

  /**
   * Sends what neighbours have yet to hear of. First the links that were at the head when the tick
   * began, all there is; then those that are catching up, some.
   */
  flush(): void {
    const links = [...this.#keepers.values()].flatMap(({ up }) => up ?? []);
    const behind = links.filter((link) => !link.isAtHead);
    for (const link of links) if (link.isAtHead) link.sendAll();
    this.#catchUp(behind);
    this.#drain?.check();
  }

  /**
   * Sends the neighbours what they have yet to hear of, for a server that is about to stop: waits until
   * each linked one has confirmed that it holds what this server holds now.
   *
   * @param withinMs how long to wait, in milliseconds
   * @returns the linked neighbours that did not confirm it in time
   */
  drain(withinMs: number): Promise<string[]> {
    this.#drain ??= new Drain(
      this.#store.head,
      [...this.#keepers.values()],
      this.#world.clock,
      withinMs,
    );
    this.#world.wake();
    return this.#drain.done;
  }

  /** Ends all links, for good. */
  stop(): void {
    this.#stopped = true;
    for (const keeper of this.#keepers.values()) keeper.stop(STOPPING);
    for (const link of this.#strangers) link.close(STOPPING);
  }

  /** Each link that is catching up gets the same share of a tick. */
  #catchUp(behind: readonly Link[]): void {
    const share = Math.ceil(CATCH_UP_CHANGES / behind.length);
    const added = this.#store.head - this.#lastHead;
    this.#lastHead = this.#store.head;
    let more = false;
    for (const link of behind) if (link.sendSome(share + 2 * added)) more = true;
    if (more) this.#world.wake();
  }

  #makeOwner(digests: OriginDigests | undefined): LinkOwner {
    const isDraining = (): boolean => this.#drain !== undefined;
    return {
      get draining() {
        return isDraining();
      },
      clock: this.#world.clock,
      store: this.#store,
      confirming: this.#membership.confirming,
      name: this.#membership.server,
      digests,
      sources: this.#sources,
      greetingTo: (neighbour) => this.#greetingTo(neighbour),
      admit: (hello) => this.#admit(hello),
      settle: (link, neighbour) => this.#keepers.get(neighbour.name)?.settle(link) ?? false,
      up: (link, neighbour) => this.#linkUp(link, neighbour),
      ended: (link, neighbour, cause, wasUp) => this.#linkEnded(link, neighbour, cause, wasUp),
      wake: () => this.#world.wake(),
    };
  }

  #greetingTo(neighbour: Neighbour): Hello {
    const { herd, server } = this.#membership;
    return { herd, server, epoch: this.#store.epoch, read: neighbour.read };
  }

  #admit(hello: Hello): Neighbour | string {
    const { herd, server } = this.#membership;
    if (!this.#started) return `${server} is still reading its journal`;
    if (this.#stopped) return `${server} stops`;
    if (hello.herd !== herd) return `herd ${hello.herd}, but this is herd ${herd}`;
    const keeper = this.#keepers.get(hello.server);
    return keeper?.neighbour ?? `${hello.server} is no neighbour of ${server}`;
  }

  #linkUp(link: Link, neighbour: Neighbour): void {
    this.#strangers.delete(link);
    this.#keepers.get(neighbour.name)?.linkUp();
    this.#events.linkUp(neighbour.name, link.dialled !== undefined);
  }

  #linkEnded(link: Link, neighbour: Neighbour | undefined, cause: LinkCause, wasUp: boolean): void {
    this.#strangers.delete(link);
    if (wasUp && neighbour !== undefined) {
      neighbour.linkEnded();
      this.#sources?.ended(neighbour);
    }
    if (wasUp && neighbour !== undefined) this.#events.linkDown(neighbour.name, cause);
    else if (cause.code !== 'replaced') this.#events.linkFailed(neighbour?.name, cause);
    if (neighbour !== undefined) this.#keepers.get(neighbour.name)?.ended(link);
    // Its confirmation is not waited for any longer.
    this.#world.wake();
  }
}
