import type { Channel, ChannelListener, Clock } from '../../transport/channel.ts';
import { ChangeReader, ChangeWriter } from '../../store/change-stream.ts';
import { LineDecoder, lineText, type Line } from '../../protocol/line-decoder.ts';
import { ByteWriter } from '../../protocol/byte-writer.ts';
import type { LocationStore } from '../../store/store.ts';
import { Inbound } from './inbound.ts';
import {
  formatConfirm,
  formatConfirmed,
  formatHeartbeat,
  formatHello,
  formatRefuse,
  MAX_MESSAGE_BYTES,
  parseMessage,
  READY,
  type Hello,
  type LinkCause,
  type Message,
} from './messages.ts';
import type { Neighbour } from './neighbour.ts';
import { Outbound, type Said } from './outbound.ts';
import type { Source, Sources } from './sources.ts';
import type { Vectors } from './vectors.ts';

/** How often a server says that it is there, in milliseconds. */
const HEARTBEAT_MS = 1000;
/** So many times as often it says what has become of its vector, where something has. */
const NEWS_A_HEARTBEAT = 4;
/** So many heartbeats missed, and the neighbour counts as gone. One or two can be a busy machine. */
const MAX_MISSED_HEARTBEATS = 3;
/** How long dialling and greeting may take, in milliseconds: as long as silence on a link may. */
const GREETING_MS = MAX_MISSED_HEARTBEATS * HEARTBEAT_MS;
/**
 * How much goes out in one write at most, in bytes. It is as much as a tick's replies under a usual
 * load: TLS takes one write a tick, and the replies are not to overtake what is left.
 */
const MAX_WRITE_BYTES = 1024 * 1024;
/** How many changes of what was pruned are looked at in one tick. */
const REPAIR_CHANGES = 1000;
/** How much room for a write there is at first, in bytes; a link that has much to send makes more. */
const FIRST_WRITE_BYTES = 1024;
/** A write of more bytes than this was a rare one: its room is given back. */
const MAX_KEPT_BYTES = 128 * 1024;

/** What a link needs of the server that it belongs to. */
export interface LinkOwner {
  readonly clock: Clock;
  readonly store: LocationStore;
  readonly herd: string;
  readonly name: string;
  /** Whether neighbours are asked to confirm what they are sent. */
  readonly confirming: boolean;
  /** Whether this server is about to stop, and waits until its neighbours have what it has. */
  readonly draining: boolean;
  /** Called when a neighbour is told that its changes are here. */
  onConfirmed(): void;
  readonly vectors: Vectors;
  readonly sources: Sources;
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

/** Who is at the other end is known; it is saying what it has. */
interface Greeted extends Source {
  readonly kind: 'greeted';
  readonly neighbour: Neighbour;
  /** What it was told of this server. */
  readonly said: Said;
}

/** Both have greeted: changes and heartbeats go both ways. */
interface Up extends Source {
  readonly kind: 'up';
  readonly neighbour: Neighbour;
  readonly outbound: Outbound;
  /** Whether the last write reached the feed's head: what comes next is sent in the same tick. */
  isAtHead: boolean;
}

/** What a link is doing. */
type State =
  /** Waiting for the connection, then for the other server's greeting. */
  { readonly kind: 'greeting' } | Greeted | Up | { readonly kind: 'closed' };

/** One connection between two servers, from dialling to its end. */
export class Link implements ChannelListener {
  /** The neighbour that this server dialled; `undefined` where the other one dialled. */
  readonly dialled: Neighbour | undefined;
  readonly #owner: LinkOwner;
  readonly #decoder = new LineDecoder(MAX_MESSAGE_BYTES);
  readonly #changes = new ChangeReader();
  /** What is being said. */
  #out = new ByteWriter(FIRST_WRITE_BYTES);
  #writer = new ChangeWriter(this.#out);
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
  /** How often the timer has gone off, and what is due since. */
  #timers = 0;
  #due: 'nothing' | 'news' | 'heartbeat' = 'nothing';
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

  /** The neighbour as one from which records come; `undefined` where the link is not up. */
  get source(): Source | undefined {
    return this.#state.kind === 'up' ? this.#state : undefined;
  }

  /** Whether the connection has been made, so that the other server may know of it. */
  get connected(): boolean {
    return this.#connected;
  }

  /**
   * For each of this server's changes up to this number the neighbour has confirmed its record, or
   * a newer one of the client.
   */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** Whether the neighbour had been sent everything when this tick began. */
  get isAtHead(): boolean {
    return this.#state.kind === 'up' && this.#state.isAtHead;
  }

  /** Whether the neighbour has been sent everything by now, and its socket has taken it. */
  get hasSentAll(): boolean {
    const { head } = this.#owner.store;
    if (this.#state.kind !== 'up' || this.#state.outbound.isRepairing) return false;
    return this.#state.outbound.number === head && this.#drained;
  }

  opened(): void {
    if (this.#state.kind !== 'greeting' || this.dialled === undefined) return;
    this.#connected = true;
    this.#say(formatHello(this.#owner.herd, this.#owner.name));
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

  /** Has the neighbour get everything that it lacks, also what it had pruned. */
  stopPruning(): void {
    if (this.#state.kind === 'up') this.#state.outbound.stopPruning();
  }

  /** What to write by, where the link is up and takes anything now. */
  #writable(): Up | undefined {
    if (this.#state.kind !== 'up') return undefined;
    if (this.#drained) return this.#state;
    this.#state.isAtHead &&= this.#state.outbound.number === this.#owner.store.head;
    return undefined;
  }

  /** Writes once: as many changes as fit in a write, and what else is to be said. */
  #write(up: Up, maxChanges: number): void {
    this.#makeRoom();
    const { outbound, inbound } = up;
    const out = this.#out;
    const limits = { maxBytes: MAX_WRITE_BYTES, maxChanges };
    up.isAtHead = outbound.write(this.#writer, limits);
    if (up.isAtHead) {
      const repairLimits = { maxBytes: MAX_WRITE_BYTES, maxChanges: REPAIR_CHANGES };
      if (outbound.writeRepair(this.#writer, repairLimits)) this.#owner.wake();
    }
    out.text(outbound.takeAnswers());
    out.text(inbound.takeRequests());
    const isAllSent = up.isAtHead && !outbound.isRepairing;
    out.text(this.#confirmations(isAllSent ? outbound.number : 0));
    this.#writeHeartbeat(up);
    if (out.length > 0) this.#drained = this.#channel.write(out.view());
  }

  #makeRoom(): void {
    if (this.#out.bytes.length > MAX_KEPT_BYTES) {
      this.#out = new ByteWriter(FIRST_WRITE_BYTES);
      this.#writer = new ChangeWriter(this.#out);
    }
    this.#out.length = 0;
    this.#writer.restart();
  }

  /** What this server has may be claimed where all of it has been sent. */
  #writeHeartbeat({ outbound, isAtHead }: Up): void {
    const due = this.#due;
    if (due === 'nothing') return;
    this.#due = 'nothing';
    if (!isAtHead) {
      if (due === 'heartbeat') this.#out.text(formatHeartbeat(undefined));
      return;
    }
    this.#owner.vectors.refresh();
    const news = outbound.takeNews();
    if (news !== '' || due === 'heartbeat') {
      this.#out.text(news + formatHeartbeat(outbound.number));
    }
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
      this.#owner.onConfirmed();
      this.#owed = undefined;
    }
    return text;
  }

  /** Takes in one line; false where it is not of the link protocol. */
  #takeLine(line: Line): boolean {
    const change = this.#changes.take(line);
    if (change === 'header') return true;
    if (change === 'change') {
      if (this.#state.kind === 'up') this.#takeChange(this.#state);
      else this.#protocolFault('a change before the greeting is through');
      return true;
    }
    const message = parseMessage(lineText(line));
    if (message === undefined) return false;
    if (!this.#takeMessage(message)) this.#protocolFault(`${message.kind}, where it has no place`);
    return true;
  }

  #takeChange(up: Up): void {
    const { record } = this.#changes;
    const applied = this.#owner.store.apply(record, up.neighbour.heldBy);
    const hasRequest = this.#owner.sources.take(up, record, applied);
    if (applied === 'newer' || hasRequest) this.#owner.wake();
  }

  /** Takes a message in; false where it may not be said now. */
  #takeMessage(message: Message): boolean {
    if (message.kind === 'refuse') {
      this.close({ code: 'refused', detail: `the neighbour says: ${message.detail}` });
      return true;
    }
    switch (this.#state.kind) {
      case 'greeting':
        return this.#takeGreeting(message);
      case 'greeted':
        if (message.kind === 'has') this.#takeHas(message, this.#state);
        else if (message.kind === 'ready') this.#goUp(this.#state);
        else return false;
        return true;
      case 'up':
        return this.#takeNews(message, this.#state);
      case 'closed':
        return true;
    }
  }

  #takeGreeting(message: Message): boolean {
    if (message.kind === 'hello') this.#greeted(message.hello);
    else if (message.kind === 'foreign hello') {
      this.#refuse(`version ${message.version} is not understood here`);
    } else return false;
    return true;
  }

  #takeNews(message: Message, up: Up): boolean {
    const { origins } = this.#owner.vectors;
    switch (message.kind) {
      case 'has':
        this.#takeHas(message, up);
        return true;
      case 'heartbeat':
        if (message.number !== undefined) this.#owner.sources.checkpoint(up);
        break;
      case 'prune':
        up.outbound.prune(origins.named(message.origin.name, message.origin.epoch));
        break;
      case 'graft':
        up.outbound.graft(origins.named(message.origin.name, message.origin.epoch));
        break;
      case 'grafted':
        up.inbound.grafted(origins.named(message.origin.name, message.origin.epoch));
        return true;
      case 'confirm':
        this.#owed = message.number;
        break;
      case 'confirmed':
        this.#confirmed = message.number;
        break;
      default:
        return false;
    }
    this.#owner.wake();
    return true;
  }

  #takeHas({ origin, sequence, highest }: Message & { kind: 'has' }, { inbound }: Source): void {
    const { vectors } = this.#owner;
    const number = vectors.origins.named(origin.name, origin.epoch);
    const most = vectors.mostOf(number);
    inbound.vector.raise(number, Math.min(sequence, most));
    inbound.highest.raise(number, Math.min(highest, most));
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
    const { vectors, herd, name } = this.#owner;
    vectors.refresh();
    const inbound = new Inbound(vectors.origins);
    const said = { vector: vectors.vector.copy(), highest: vectors.highest.copy() };
    this.#state = { kind: 'greeted', neighbour, name: neighbour.name, inbound, said };
    const greeting = this.dialled === undefined ? formatHello(herd, name) : '';
    this.#say(greeting + vectors.describe() + READY);
  }

  #goUp({ neighbour, name, inbound, said }: Greeted): void {
    const { vectors, store, confirming, draining } = this.#owner;
    const outbound = new Outbound(
      store,
      vectors,
      neighbour.index,
      inbound.vector,
      said,
      !confirming && !draining,
    );
    this.#state = { kind: 'up', neighbour, name, inbound, outbound, isAtHead: false };
    this.#cancelTimer();
    this.#startTimer();
    this.#owner.up(this, neighbour);
    this.#owner.wake();
  }

  #startTimer(): void {
    const { clock } = this.#owner;
    this.#cancelTimer = clock.after(HEARTBEAT_MS / NEWS_A_HEARTBEAT, () => this.#timeIsUp());
  }

  /**
   * Heartbeats are counted rather than timed: after a pause of this server's own, what the neighbour
   * said meanwhile is read before a second one can be missed.
   */
  #timeIsUp(): void {
    if (this.#state.kind !== 'up') return;
    this.#timers += 1;
    if (this.#timers % NEWS_A_HEARTBEAT === 0) {
      this.#missedHeartbeats += 1;
      if (this.#missedHeartbeats >= MAX_MISSED_HEARTBEATS) {
        return this.close({
          code: 'silent',
          detail: `${MAX_MISSED_HEARTBEATS} heartbeats missed`,
        });
      }
      this.#due = 'heartbeat';
    } else if (this.#due === 'nothing') this.#due = 'news';
    this.#startTimer();
    this.#owner.wake();
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
    const neighbour = state.kind === 'greeting' ? this.dialled : state.neighbour;
    this.#state = { kind: 'closed' };
    this.#cancelTimer();
    if (state.kind === 'up') state.outbound.close();
    this.#owner.ended(this, neighbour, cause, state.kind === 'up');
  }
}
