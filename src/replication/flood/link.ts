import type { Channel, ChannelListener, Clock } from '../../transport/channel.ts';
import type { FeedCursor } from '../../store/change-feed.ts';
import type { LocationStore } from '../../store/store.ts';
import { ChangeReader, ChangeWriter } from '../../store/change-stream.ts';
import { ByteWriter } from '../../protocol/byte-writer.ts';
import type { OriginDigests } from '../../store/origin-digests.ts';
import { LineDecoder, lineText, type Line } from '../../protocol/line-decoder.ts';
import {
  formatHeartbeat,
  formatConfirm,
  formatConfirmed,
  formatHello,
  formatRefuse,
  MAX_MESSAGE_BYTES,
  parseMessage,
  type Hello,
  type LinkCause,
  type Message,
} from './messages.ts';
import { HeldBack } from './held-back.ts';
import type { Neighbour } from './neighbour.ts';
import type { Sources } from './sources.ts';

/** How often a server says that it is there, in milliseconds. */
const HEARTBEAT_MS = 1000;
/** So many heartbeats missed, and the neighbour counts as gone. One or two can be a busy machine. */
const MAX_MISSED_HEARTBEATS = 3;
/** How long dialling and greeting may take, in milliseconds: as long as silence on a link may. */
const GREETING_MS = MAX_MISSED_HEARTBEATS * HEARTBEAT_MS;
/**
 * How much goes out in one write at most, in bytes. It is as much as a tick's replies under a usual
 * load: TLS takes one write a tick, and the replies are not to overtake what is left.
 */
const MAX_WRITE_BYTES = 1024 * 1024;
/** How much room for a write there is at first, in bytes; a link that has much to send makes more. */
const FIRST_WRITE_BYTES = 1024;
/** A write of more bytes than this was a rare one: its room is given back. */
const MAX_KEPT_BYTES = 128 * 1024;

/** What a link needs of the server that it belongs to. */
export interface LinkOwner {
  readonly clock: Clock;
  readonly store: LocationStore;
  /** Whether neighbours are asked to confirm what they are told. */
  readonly confirming: boolean;
  /** Whether this server is about to stop, and waits until its neighbours have what it has. */
  readonly draining: boolean;
  readonly name: string;
  /** What is held of each origin; `undefined` where nothing is ever held back. */
  readonly digests: OriginDigests | undefined;
  /** Where each origin is heard first; `undefined` where that does not matter. */
  readonly sources: Sources | undefined;
  /** This server's greeting to a neighbour. */
  greetingTo(neighbour: Neighbour): Hello;
  /** The neighbour that greets, or in words why it is not welcome. */
  admit(hello: Hello): Neighbour | string;
  /** Whether this link is to be the one with the neighbour; ends another one if so. */
  settle(link: Link, neighbour: Neighbour): boolean;
  up(link: Link, neighbour: Neighbour): void;
  /** A link that was up ended, or one that was to be did not come up. */
  ended(link: Link, neighbour: Neighbour | undefined, cause: LinkCause, wasUp: boolean): void;
  /** Asks for a tick soon. */
  wake(): void;
}

/** Both have greeted: changes and heartbeats go both ways. */
interface Up {
  readonly kind: 'up';
  readonly neighbour: Neighbour;
  readonly heldBack: HeldBack;
  cursor: FeedCursor;
  /** Whether the last write reached the feed's head: what comes next is sent in the same tick. */
  isAtHead: boolean;
}

/** What a link is doing. */
type State =
  /** Waiting for the connection, then for the other server's greeting. */
  { readonly kind: 'greeting' } | Up | { readonly kind: 'closed' };

/** One connection between two servers, from dialling to its end. */
export class Link implements ChannelListener {
  /** The neighbour that this server dialled; `undefined` where the other one dialled. */
  readonly dialled: Neighbour | undefined;
  readonly #owner: LinkOwner;
  readonly #decoder = new LineDecoder(MAX_MESSAGE_BYTES);
  readonly #changes = new ChangeReader();
  /** What is being said. */
  readonly #out = new ByteWriter(FIRST_WRITE_BYTES);
  readonly #writer = new ChangeWriter(this.#out);
  readonly #channel: Channel;
  #state: State = { kind: 'greeting' };
  #connected: boolean;
  /** The server that has dialled and proven itself. */
  #proven: string | undefined;
  #drained = true;
  /** Up to which change the neighbour was asked to confirm, and has confirmed. */
  #asked = 0;
  #confirmed = 0;
  /** Up to which of the neighbour's changes it is owed to be told that they are held. */
  #owed: number | undefined;
  #missedHeartbeats = 0;
  #cancelTimer: () => void;

  /**
   * @param open makes the channel, which tells this link what happens on it
   * @param dialled the neighbour, where this server dialled
   */
  constructor(
    owner: LinkOwner,
    open: (listener: ChannelListener) => Channel,
    dialled: Neighbour | undefined,
  ) {
    this.#owner = owner;
    this.dialled = dialled;
    this.#connected = dialled === undefined;
    this.#channel = open(this);
    this.#cancelTimer = owner.clock.after(GREETING_MS, () => {
      this.close({ code: 'silent', detail: `no greeting within ${GREETING_MS / 1000} s` });
    });
  }

  get state(): State['kind'] {
    return this.#state.kind;
  }

  /** Whether the connection has been made, so that the other server may know of it. */
  get connected(): boolean {
    return this.#connected;
  }

  /**
   * For each of this server's changes up to this number the neighbour has confirmed its location, or
   * a newer one of the client.
   */
  get confirmed(): number {
    return this.#confirmed;
  }

  opened(): void {
    if (this.#state.kind !== 'greeting' || this.dialled === undefined) return;
    this.#connected = true;
    this.#say(formatHello(this.#owner.greetingTo(this.dialled)));
  }

  proven(server: string): void {
    this.#proven = server;
  }

  received(bytes: Buffer): void {
    if (this.#state.kind === 'closed') return;
    this.#missedHeartbeats = 0;
    this.#decoder.push(bytes);
    // A message can close the link; what came after it is then nobody's.
    while (this.state !== 'closed') {
      const line = this.#decoder.next();
      if (line === undefined) return;
      if (line.tooLong || !this.#takeLine(line)) {
        this.#protocolFault('a line that is not of the link protocol');
      }
    }
  }

  drained(): void {
    this.#drained = true;
    this.#owner.wake();
  }

  closed(cause: LinkCause): void {
    this.#end(cause);
  }

  /** Ends the link. */
  close(cause: LinkCause): void {
    if (this.#state.kind === 'closed') return;
    this.#channel.close();
    this.#end(cause);
  }

  /** Whether the neighbour had been sent everything when this tick began. */
  get isAtHead(): boolean {
    return this.#state.kind === 'up' && this.#state.isAtHead;
  }

  /** Whether the neighbour has been sent everything by now, and its socket has taken it. */
  get hasSentAll(): boolean {
    const { head } = this.#owner.store;
    return this.#state.kind === 'up' && this.#state.cursor.number === head && this.#drained;
  }

  /**
   * Sends all that the neighbour lacks, until its socket takes no more. For a link that is at the
   * head: a reply never overtakes its report.
   */
  sendAll(): void {
    const up = this.#writable();
    if (up === undefined) return;
    do this.#write(up, Infinity);
    while (!up.isAtHead && this.#drained);
  }

  /**
   * Sends some of what the neighbour lacks, in one write. For a link that is catching up.
   *
   * @param maxChanges how many changes may be looked at, most of which may need no sending
   * @returns whether there may be more that can be sent now
   */
  sendSome(maxChanges: number): boolean {
    const up = this.#writable();
    if (up === undefined) return false;
    this.#write(up, maxChanges);
    return !up.isAtHead && this.#drained;
  }

  /** What to write by, where the link is up and takes anything now. */
  #writable(): Up | undefined {
    if (this.#state.kind !== 'up') return undefined;
    if (this.#drained) return this.#state;
    this.#state.isAtHead &&= this.#state.cursor.number === this.#owner.store.head;
    return undefined;
  }

  /** Writes once: as many changes as fit in a write, and what else is to be said. */
  #write(up: Up, maxChanges: number): void {
    if (this.#out.bytes.length > MAX_KEPT_BYTES) this.#out.shrink(FIRST_WRITE_BYTES);
    const { neighbour, cursor, heldBack } = up;
    const { store } = this.#owner;
    const out = this.#out;
    out.length = 0;
    out.text(heldBack.takeAnswers());
    const limits = { maxBytes: MAX_WRITE_BYTES, maxChanges };
    const isWanted = (slot: number, number: number): boolean =>
      !neighbour.hasAlready(number, store.heldBy(slot)) && !heldBack.skips(slot, number);
    up.isAtHead = store.readChanges(cursor, this.#writer, limits, isWanted);
    out.text(neighbour.holds.takeRequests());
    out.text(this.#confirmations(up.isAtHead ? cursor.number : 0));
    if (out.length > 0) this.#drained = this.#channel.write(out.view());
  }

  /**
   * What is to be asked and told of changes that are held. Asked is at the feed's end alone: before
   * it, what has changed again since stands behind what was sent, and was not sent at all.
   *
   * @param sent the feed's end, where all has been sent; else 0
   */
  #confirmations(sent: number): string {
    let text = '';
    const isAsking = this.#owner.confirming || this.#owner.draining;
    if (isAsking && sent > this.#asked) {
      this.#asked = sent;
      text += formatConfirm(sent);
    }
    if (this.#owed !== undefined) {
      text += formatConfirmed(this.#owed);
      this.#owed = undefined;
    }
    return text;
  }

  /** Takes in one line; false where it is not of the link protocol. */
  #takeLine(line: Line): boolean {
    const change = this.#changes.take(line);
    if (change !== 'invalid') {
      if (this.#state.kind !== 'up') this.#protocolFault('a message before the greeting');
      else if (change === 'change') this.#takeChange(this.#state.neighbour);
      return true;
    }
    const message = parseMessage(lineText(line));
    if (message === undefined) return false;
    if (this.#state.kind === 'greeting') this.#takeGreeting(message);
    else if (this.#state.kind === 'up') this.#takeMessage(message, this.#state);
    return true;
  }

  #takeChange(neighbour: Neighbour): void {
    const { number, record } = this.#changes;
    neighbour.readTo(number);
    const { store, sources } = this.#owner;
    const applied = store.apply(record, neighbour.heldBy);
    const hasRequest = sources?.heard(neighbour, record, applied) ?? false;
    if (applied === 'newer' || hasRequest) this.#owner.wake();
  }

  #takeGreeting(message: Message): void {
    switch (message.kind) {
      case 'hello':
        return this.#greeted(message.hello);
      case 'foreign hello':
        return this.#refuse(`version ${message.version} is not understood here`);
      case 'refuse':
        return this.close({ code: 'refused', detail: `the neighbour says: ${message.detail}` });
      case 'heartbeat':
      case 'confirm':
      case 'confirmed':
      case 'hold':
      case 'holding':
      case 'send':
      case 'sending':
        return this.#protocolFault('a message before the greeting');
    }
  }

  #takeMessage(message: Message, up: Up): void {
    const { sources } = this.#owner;
    switch (message.kind) {
      case 'heartbeat':
        up.neighbour.readTo(message.number);
        if (sources?.heartbeat(up.neighbour) === true) this.#owner.wake();
        return;
      case 'hold':
        up.heldBack.hold(message.origin, up.cursor);
        return this.#owner.wake();
      case 'holding':
        return sources?.told(up.neighbour, message.origin, message.states);
      case 'send':
        return this.#sendAgain(message.origin, message.number, up);
      case 'sending':
        up.neighbour.readTo(message.number);
        return sources?.sending(up.neighbour, message.origin);
      case 'confirm':
        this.#owed = message.number;
        return this.#owner.wake();
      case 'confirmed':
        this.#confirmed = message.number;
        return;
      case 'refuse':
        return this.close({ code: 'refused', detail: `the neighbour says: ${message.detail}` });
      case 'hello':
      case 'foreign hello':
        return this.#protocolFault('a second greeting');
    }
  }

  /** Goes back in the feed, to send what was held back. */
  #sendAgain(origin: string, number: number, up: Up): void {
    const from = up.heldBack.sendAgain(origin, number, up.cursor);
    if (from === undefined) return;
    this.#owner.store.close(up.cursor);
    up.cursor = this.#owner.store.openAfter(from);
    this.#owner.wake();
  }

  #greeted(hello: Hello): void {
    const neighbour = this.#owner.admit(hello);
    if (typeof neighbour === 'string') return this.#refuse(neighbour);
    if (this.dialled !== undefined && this.dialled !== neighbour) {
      return this.#refuse(`${hello.server} answers where ${this.dialled.name} was dialled`);
    }
    if (this.#proven !== undefined && this.#proven !== hello.server) {
      return this.#refuse(`${this.#proven} has proven itself, and greets as ${hello.server}`);
    }
    if (!this.#owner.settle(this, neighbour)) {
      return this.close({ code: 'replaced', detail: 'the other connection is kept' });
    }
    // Not before: what the other link still brings is of the epoch that was greeted with there.
    neighbour.greeted(hello.epoch, this.#owner.store.head);
    if (this.dialled === undefined) {
      this.#say(formatHello(this.#owner.greetingTo(neighbour)));
    }
    const { store, name, digests } = this.#owner;
    const heldBack = new HeldBack(store, name, digests);
    const cursor = store.open(hello.read);
    this.#state = { kind: 'up', neighbour, cursor, heldBack, isAtHead: false };
    this.#cancelTimer();
    this.#heartbeatLater();
    this.#owner.up(this, neighbour);
    this.#owner.wake();
  }

  #heartbeatLater(): void {
    this.#cancelTimer = this.#owner.clock.after(HEARTBEAT_MS, () => this.#heartbeat());
  }

  /**
   * Heartbeats are counted rather than timed: after a pause of this server's own, what the neighbour
   * said meanwhile is read before a second one can be missed.
   */
  #heartbeat(): void {
    if (this.#state.kind !== 'up') return;
    this.#missedHeartbeats += 1;
    if (this.#missedHeartbeats >= MAX_MISSED_HEARTBEATS) {
      return this.close({ code: 'silent', detail: `${MAX_MISSED_HEARTBEATS} heartbeats missed` });
    }
    // What waits to be read on the other side says as much as a heartbeat would.
    const { cursor, heldBack } = this.#state;
    if (this.#drained) this.#say(formatHeartbeat(cursor.number) + heldBack.heartbeat());
    this.#heartbeatLater();
  }

  #say(text: string): void {
    this.#drained = this.#channel.write(Buffer.from(text, 'latin1'));
  }

  #refuse(detail: string): void {
    this.#say(formatRefuse(detail));
    this.close({ code: 'refused', detail });
  }

  #protocolFault(detail: string): void {
    this.close({ code: 'protocol', detail });
  }

  #end(cause: LinkCause): void {
    const state = this.#state;
    if (state.kind === 'closed') return;
    const neighbour = state.kind === 'up' ? state.neighbour : this.dialled;
    this.#state = { kind: 'closed' };
    this.#cancelTimer();
    if (state.kind === 'up') this.#owner.store.close(state.cursor);
    this.#owner.ended(this, neighbour, cause, state.kind === 'up');
  }
}
