import type { Channel, ChannelListener } from '../../transport/channel.ts';
import { ChangeReader } from '../../store/change-stream.ts';
import { LineDecoder, lineText, type Line } from '../../protocol/line-decoder.ts';
import { Exchange, type ExchangeOwner, type Introduction } from './exchange.ts';
import { MAX_MISSED_HEARTBEATS, MAX_SILENCE_MS } from './heartbeats.ts';
import { Inbound } from './inbound.ts';
import {
  formatHello,
  formatRefuse,
  MAX_MESSAGE_BYTES,
  parseMessage,
  READY,
  RESYNC,
  formatHas,
  STATUS_FEATURE,
  type Hello,
  type LinkCause,
  type Message,
} from './messages.ts';
import type { Neighbour } from './neighbour.ts';
import { Outlet } from './outlet.ts';
import type { Resync } from './resync.ts';

/** How long dialling and greeting may take, in milliseconds: as long as silence on a link may. */
const GREETING_MS = MAX_SILENCE_MS;

/** What a link needs of the server that it belongs to. */
export interface LinkOwner extends ExchangeOwner {
  readonly herd: string;
  readonly name: string;
  /** The neighbour that greets, or in words why it is not welcome. */
  admit(hello: Hello): Neighbour | string;
  /** Whether this link is to be the one with the neighbour; ends another one if so. */
  settle(link: Link, neighbour: Neighbour): boolean;
  /** Begins to compare what this server has with what a neighbour has; `undefined` where it need not. */
  beginResync(neighbour: Neighbour): Resync | undefined;
  onUp(link: Link, neighbour: Neighbour): void;
  /** A link that was up ended, or one that was to be did not come up. */
  onEnded(link: Link, neighbour: Neighbour | undefined, cause: LinkCause, wasUp: boolean): void;
}

/** What a link is doing. */
type State =
  /** Waiting for the connection, then for the other server's greeting. */
  | { readonly kind: 'greeting' }
  /** Who is at the other end is known; it is saying what it has. */
  | { readonly kind: 'greeted'; readonly introduction: Introduction }
  /** Both have greeted. */
  | { readonly kind: 'up'; readonly exchange: Exchange }
  | { readonly kind: 'closed' };

/** One connection between two servers, from dialling to its end. */
export class Link implements ChannelListener {
  /** The neighbour that this server dialled; `undefined` where the other one dialled. */
  readonly dialled: Neighbour | undefined;
  readonly #owner: LinkOwner;
  readonly #decoder = new LineDecoder(MAX_MESSAGE_BYTES);
  readonly #changes = new ChangeReader();
  readonly #outlet: Outlet;
  #state: State = { kind: 'greeting' };
  #connected: boolean;
  /** The server that has dialled and proven itself. */
  #proven: string | undefined;
  readonly #cancelGreetingTimer: () => void;

  /**
   * @param open makes the channel, which calls this link back
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
    this.#outlet = new Outlet(open(this));
    this.#cancelGreetingTimer = owner.clock.after(GREETING_MS, () => {
      this.close({ code: 'silent', detail: `no greeting within ${GREETING_MS / 1000} s` });
    });
  }

  get state(): State['kind'] {
    return this.#state.kind;
  }

  /** What is said on the link; `undefined` where it is not up. */
  get exchange(): Exchange | undefined {
    return this.#state.kind === 'up' ? this.#state.exchange : undefined;
  }

  /** Whether the connection has been made, so that the other server may know of it. */
  get connected(): boolean {
    return this.#connected;
  }

  onOpened(): void {
    if (this.#state.kind !== 'greeting' || this.dialled === undefined) return;
    this.#connected = true;
    this.#outlet.writeText(formatHello(this.#owner.herd, this.#owner.name));
  }

  onProven(server: string): void {
    this.#proven = server;
  }

  onReceived(bytes: Buffer): void {
    if (this.#state.kind === 'closed') return;
    this.exchange?.noteReceived(bytes.length);
    this.#decoder.push(bytes);
    // A message can close the link; what came after it is not read.
    while (this.state !== 'closed') {
      const line = this.#decoder.next();
      if (line === undefined) return;
      if (line.tooLong || !this.#takeLine(line)) {
        this.#endForFault('a line that is not of the link protocol');
      }
    }
  }

  onDrained(): void {
    this.#outlet.isDrained = true;
    this.#owner.wake();
  }

  onClosed(cause: LinkCause): void {
    this.#end(cause);
  }

  /** Ends the link. */
  close(cause: LinkCause): void {
    if (this.#state.kind === 'closed') return;
    this.#outlet.close();
    this.#end(cause);
  }

  /** Takes in one line; false where it is not of the link protocol. */
  #takeLine(line: Line): boolean {
    const change = this.#changes.take(line);
    if (change === 'header') return true;
    if (change === 'change') {
      if (this.#state.kind === 'up') this.#state.exchange.takeChange(this.#changes.record);
      else this.#endForFault('a change before the greeting is through');
      return true;
    }
    const message = parseMessage(lineText(line));
    if (message === undefined) return false;
    if (!this.#take(message)) this.#endForFault(`${message.kind}, where it has no place`);
    return true;
  }

  /** Takes in a message; false where it may not be said now. */
  #take(message: Message): boolean {
    if (message.kind === 'refuse') {
      this.close({ code: 'refused', detail: `the neighbour says: ${message.detail}` });
      return true;
    }
    switch (this.#state.kind) {
      case 'greeting':
        return this.#takeGreeting(message);
      case 'greeted':
        return this.#takeIntroduction(message, this.#state.introduction);
      case 'up':
        if (message.kind !== 'has') return this.#state.exchange.take(message);
        this.#takeHas(message, this.#state.exchange.inbound);
        return true;
      case 'closed':
        return true;
    }
  }

  #takeIntroduction(message: Message, introduction: Introduction): boolean {
    if (message.kind === 'has') this.#takeHas(message, introduction.inbound);
    else if (message.kind === 'resync') introduction.listsAll = true;
    else if (message.kind === 'ready') this.#goUp(introduction);
    else return false;
    return true;
  }

  #takeGreeting(message: Message): boolean {
    if (message.kind === 'hello') this.#takeHello(message.hello);
    else if (message.kind === 'foreign hello') {
      this.#refuse(`version ${message.version} is not understood here`);
    } else return false;
    return true;
  }

  #takeHas({ origin, sequence, highest }: Message & { kind: 'has' }, inbound: Inbound): void {
    const { vectors } = this.#owner;
    const number = vectors.origins.named(origin.name, origin.epoch);
    const most = vectors.mostOf(number);
    inbound.vector.raise(number, Math.min(sequence, most));
    inbound.highest.raise(number, Math.min(highest, most));
  }

  #takeHello(hello: Hello): void {
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
    const resync = this.#owner.beginResync(neighbour);
    const takesStatuses = hello.features.includes(STATUS_FEATURE);
    const introduction = { neighbour, takesStatuses, inbound, said, resync, listsAll: false };
    this.#state = { kind: 'greeted', introduction };
    const greeting = this.dialled === undefined ? formatHello(herd, name) : '';
    const request = resync === undefined ? '' : RESYNC;
    const has = vectors.held().map((held) => formatHas(held.origin, held.sequence, held.highest));
    this.#outlet.writeText(greeting + has.join('') + request + READY);
  }

  #goUp(introduction: Introduction): void {
    this.#cancelGreetingTimer();
    const exchange = new Exchange(this.#owner, this.#outlet, introduction, () => {
      this.close({ code: 'silent', detail: `${MAX_MISSED_HEARTBEATS} heartbeats missed` });
    });
    this.#state = { kind: 'up', exchange };
    this.#owner.onUp(this, introduction.neighbour);
    this.#owner.wake();
  }

  #refuse(detail: string): void {
    this.#outlet.writeText(formatRefuse(detail));
    this.close({ code: 'refused', detail });
  }

  #endForFault(detail: string): void {
    this.close({ code: 'protocol', detail });
  }

  #end(cause: LinkCause): void {
    const state = this.#state;
    if (state.kind === 'closed') return;
    this.#state = { kind: 'closed' };
    this.#cancelGreetingTimer();
    if (state.kind === 'up') state.exchange.close();
    this.#owner.onEnded(this, this.#neighbourIn(state), cause, state.kind === 'up');
  }

  #neighbourIn(state: State): Neighbour | undefined {
    if (state.kind === 'up') return state.exchange.neighbour;
    return state.kind === 'greeted' ? state.introduction.neighbour : this.dialled;
  }
}
