import type { Channel, ChannelListener } from '../../transport/channel.ts';
import { MAX_NEIGHBOURS } from '../../store/neighbour-set.ts';
import type { LocationStore } from '../../store/store.ts';
import type { Contact } from '../../store/contact.ts';
import type { VersionVector } from '../../store/version-vector.ts';
import type { LinkStatus } from '../link-counts.ts';
import type { Lag } from '../lag.ts';
import type { Replicator } from '../replicator.ts';
import type { KnownServer, ServerFacts } from '../server-status.ts';
import type { Trace } from '../trace.ts';
import { Contacts } from './contacts.ts';
import { Drain } from './drain.ts';
import type { Exchange } from './exchange.ts';
import { FloodTrace } from './flood-trace.ts';
import { Lags } from './lags.ts';
import { LinkKeeper } from './link-keeper.ts';
import { Link, type LinkOwner } from './link.ts';
import type { Hello, LinkCause } from './messages.ts';
import { makeNeighbour, type Neighbour } from './neighbour.ts';
import { OwnStatus } from '../statuses/own-status.ts';
import { Resync } from './resync.ts';
import { Sources } from './sources.ts';
import { Statuses } from '../statuses/statuses.ts';
import { Vectors } from '../vectors/vectors.ts';
import type { World } from '../world.ts';
import type { LinkEvents } from './link-events.ts';

/**
 * How many changes all links that are catching up may look at in one tick, together: a few
 * milliseconds of work. What changed since the last tick comes on top, twice, so that they get nearer
 * to the head under any load.
 */
const CATCH_UP_CHANGES = 4000;
/** How often the feed is marked, for neighbours that come back later, and lags are looked at, in milliseconds. */
const SAMPLE_MS = 1000;

const STOPPING: LinkCause = { code: 'stopping', detail: 'this server stops' };

/** Who a server is to its neighbours, and who they are. */
export interface Membership {
  readonly herd: string;
  readonly server: string;
  /** The epoch of the reports that this server accepts now. */
  readonly epoch: () => number;
  readonly neighbours: readonly string[];
  /** Whether neighbours are asked to confirm what they are sent. */
  readonly confirming: boolean;
  /** For how long a tombstone is kept, in milliseconds; infinite: for ever. */
  readonly tombstoneGraceMs: number;
  /** Removes the client of a slot of the store again, right after the record that is there. */
  readonly withdraw: (slot: number) => void;
  /** What this server tells the herd of itself. */
  readonly facts: () => ServerFacts;
}

/** All links of one server: what makes a member of the herd of it. */
export class Links implements Replicator {
  /** Every server has every client. */
  readonly elsewhere = undefined;
  readonly #membership: Membership;
  readonly #store: LocationStore;
  readonly #world: World;
  readonly #events: LinkEvents;
  readonly #keepers = new Map<string, LinkKeeper>();
  /** Accepted connections whose server has not greeted yet. */
  readonly #strangers = new Set<Link>();
  /** What this server has of every origin. */
  readonly vectors: Vectors;
  readonly #trace: FloodTrace;
  readonly #sources: Sources;
  readonly #contacts: Contacts;
  readonly #drain: Drain;
  readonly #lags: Lags;
  readonly #ownStatus: OwnStatus;
  /** What every server says of itself. */
  readonly statuses: Statuses;
  readonly #owner: LinkOwner;
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
    const { server, epoch, confirming } = membership;
    this.vectors = new Vectors(store, server, epoch);
    const { origins } = this.vectors;
    this.#trace = new FloodTrace(
      (origin) => origins.at(origin),
      () => world.now(),
    );
    this.#sources = new Sources(this.vectors, () => this.#up, this.#trace);
    this.#contacts = new Contacts(membership.tombstoneGraceMs, () => world.now());
    this.#drain = new Drain(store, world.clock, confirming, () => this.#up);
    this.#lags = new Lags(
      this.vectors,
      () => this.#up,
      () => world.nowMs(),
      (change) => events.onLag(change),
    );
    this.#ownStatus = new OwnStatus({
      membership,
      store,
      vectors: this.vectors,
      lag: () => this.#lags.current(),
      now: () => world.now(),
    });
    this.statuses = new Statuses(server, this.#ownStatus, () => world.nowMs());
    this.#owner = this.#makeOwner();
    for (const [index, name] of membership.neighbours.entries()) {
      const neighbour = makeNeighbour(name, index);
      const dial = () => new Link(this.#owner, (link) => world.dial(name, link), neighbour);
      this.#keepers.set(name, new LinkKeeper(server, neighbour, world, dial));
    }
  }

  /** The names of the neighbours with which a link is up. */
  get up(): string[] {
    return this.#up.map(({ name }) => name);
  }

  get links(): readonly LinkStatus[] {
    return Array.from(this.#keepers.values(), ({ neighbour, exchange }) => ({
      neighbour: neighbour.name,
      isUp: exchange !== undefined,
      counts: neighbour.counts,
    }));
  }

  get hasCaughtUp(): boolean {
    return this.#contacts.hasNoted;
  }

  /**
   * For each change up to this seq all neighbours with which a link is up have confirmed its
   * record, or a newer one of the client; infinite where no link is up.
   */
  get confirmed(): number {
    return Math.min(...this.#up.map(({ confirmed }) => confirmed));
  }

  /** It needs none. */
  readonly cluster = undefined;

  /** A neighbour that is cut off is none that is linked. */
  get isCutOff(): boolean {
    return false;
  }

  get vector(): VersionVector {
    return this.vectors.entries();
  }

  startOf(vector: VersionVector): number {
    return this.vectors.startOfEntries(vector);
  }

  lag(): Lag {
    return this.#lags.current();
  }

  herd(): KnownServer[] {
    return this.statuses.known();
  }

  trace(): Trace {
    const pruned = this.#up.map(({ name, inbound }) => ({
      neighbour: name,
      origins: inbound.pruned,
    }));
    return { records: this.#trace.list(), pruned };
  }

  get contacts(): readonly Contact[] {
    return this.#contacts.entries;
  }

  /** Dials all neighbours at once, and takes the links that they dial from now on. */
  start(vector: VersionVector, contacts: readonly Contact[]): void {
    this.#started = true;
    this.vectors.claim(vector);
    this.#contacts.restore(contacts.filter(({ name }) => this.#keepers.has(name)));
    for (const keeper of this.#keepers.values()) keeper.dial();
    this.#sampleLater();
  }

  /** Takes a connection that another server has made. */
  accept(open: (listener: ChannelListener) => Channel): void {
    this.#strangers.add(new Link(this.#owner, open, undefined));
  }

  /**
   * Sends what neighbours have not been sent yet. First the links that were at the head when the tick
   * began, all there is; then those that are catching up, some.
   */
  flush(): void {
    const links = this.#up;
    const behind = links.filter((link) => !link.isAtHead);
    for (const link of links) if (link.isAtHead) link.sendAll();
    this.#catchUp(behind);
    for (const link of links) link.compare();
    this.#drain.check();
  }

  drain(withinMs: number): Promise<string[]> {
    this.#world.wake();
    return this.#drain.begin(withinMs);
  }

  /** Ends all links, for good. */
  stop(): void {
    this.#stopped = true;
    for (const keeper of this.#keepers.values()) keeper.stop(STOPPING);
    for (const link of this.#strangers) link.close(STOPPING);
  }

  get #up(): Exchange[] {
    const up: Exchange[] = [];
    for (const { exchange } of this.#keepers.values())
      if (exchange !== undefined) up.push(exchange);
    return up;
  }

  /** Each link that is catching up gets the same share of a tick. */
  #catchUp(behind: readonly Exchange[]): void {
    const share = Math.ceil(CATCH_UP_CHANGES / behind.length);
    const added = this.#store.head - this.#lastHead;
    this.#lastHead = this.#store.head;
    let more = false;
    for (const link of behind) if (link.sendSome(share + 2 * added)) more = true;
    if (more) this.#world.wake();
  }

  #sampleLater(): void {
    this.#world.clock.after(SAMPLE_MS, () => {
      if (this.#stopped) return;
      this.vectors.mark();
      this.#lags.sample();
      if (this.statuses.sayIfDue()) this.#world.wake();
      this.#sampleLater();
    });
  }

  #makeOwner(): LinkOwner {
    const { herd, server: name } = this.#membership;
    return {
      clock: this.#world.clock,
      store: this.#store,
      vectors: this.vectors,
      sources: this.#sources,
      contacts: this.#contacts,
      drain: this.#drain,
      statuses: this.statuses,
      beginResync: (neighbour) => this.#beginResync(neighbour),
      herd,
      name,
      admit: (hello) => this.#admit(hello),
      settle: (link, neighbour) => this.#keepers.get(neighbour.name)?.settle(link) ?? false,
      onUp: (link, neighbour) => this.#noteUp(link, neighbour),
      onEnded: (link, neighbour, cause, wasUp) => this.#noteEnded(link, neighbour, cause, wasUp),
      wake: () => this.#world.wake(),
    };
  }

  #admit(hello: Hello): Neighbour | string {
    const { herd, server } = this.#membership;
    if (!this.#started) return `${server} is still reading its journal`;
    if (this.#stopped) return `${server} stops`;
    if (hello.herd !== herd) return `herd ${hello.herd}, but this is herd ${herd}`;
    const keeper = this.#keepers.get(hello.server);
    return keeper?.neighbour ?? `${hello.server} is no neighbour of ${server}`;
  }

  /** There is nothing to compare where nothing is here yet. */
  #beginResync({ name }: Neighbour): Resync | undefined {
    const { size, documents, signs } = this.#store;
    const isEmpty = size + documents.count + signs.count === 0;
    if (isEmpty || !this.#contacts.isApart(name)) return undefined;
    const { withdraw } = this.#membership;
    return new Resync({ store: this.#store, vectors: this.vectors, withdraw });
  }

  #noteUp(link: Link, neighbour: Neighbour): void {
    this.#strangers.delete(link);
    neighbour.counts.ups += 1;
    this.#keepers.get(neighbour.name)?.noteUp();
    if (link.exchange !== undefined) this.#lags.noteUp(neighbour.name, link.exchange.inbound);
    this.#noteLinkState(neighbour.name, true);
    this.#events.onLinkUp(neighbour.name, link.dialled !== undefined);
  }

  #noteEnded(link: Link, neighbour: Neighbour | undefined, cause: LinkCause, wasUp: boolean): void {
    this.#strangers.delete(link);
    if (neighbour !== undefined) this.#keepers.get(neighbour.name)?.noteEnded(link);
    if (wasUp && neighbour !== undefined) {
      this.#sources.noteEnded(neighbour.name);
      this.#noteLinkState(neighbour.name, false);
      this.#events.onLinkDown(neighbour.name, cause);
    } else if (cause.code !== 'replaced') {
      if (neighbour !== undefined) neighbour.counts.failures += 1;
      this.#events.onLinkFailed(neighbour?.name, cause);
    }
    // Its confirmation is not waited for any longer.
    this.#world.wake();
  }

  #noteLinkState(neighbour: string, isUp: boolean): void {
    this.#ownStatus.note(neighbour, isUp);
    this.statuses.noteLinkChange();
  }
}
