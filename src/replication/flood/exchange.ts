import { ByteWriter } from '../../protocol/byte-writer.ts';
import type { RecordView } from '../../store/record.ts';
import { ChangeWriter } from '../../store/change-stream.ts';
import type { Applied, LocationStore } from '../../store/store.ts';
import type { Clock } from '../../transport/channel.ts';
import { Confirmations } from './confirmations.ts';
import type { Drain } from './drain.ts';
import { Heartbeats } from './heartbeats.ts';
import type { Inbound } from './inbound.ts';
import type { Contacts } from './contacts.ts';
import { formatHeartbeat, type Message } from './messages.ts';
import type { Neighbour } from './neighbour.ts';
import { Outbound, type Said } from './outbound.ts';
import type { Outlet } from './outlet.ts';
import type { Resync } from './resync.ts';
import type { Source, Sources } from './sources.ts';
import type { StatusQueue } from '../statuses/status-queue.ts';
import type { Statuses } from '../statuses/statuses.ts';
import type { Vectors } from '../vectors/vectors.ts';

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

/** What an exchange needs of the server that it belongs to. */
export interface ExchangeOwner {
  readonly clock: Clock;
  readonly store: LocationStore;
  readonly vectors: Vectors;
  readonly sources: Sources;
  readonly contacts: Contacts;
  readonly drain: Pick<Drain, 'isConfirming' | 'noteConfirmed'>;
  readonly statuses: Statuses;
  /** Asks for a tick soon. */
  wake(): void;
}

/** Who is at the other end of a link, and what the two have said of themselves in their greetings. */
export interface Introduction {
  readonly neighbour: Neighbour;
  /** Whether the neighbour takes the statuses of servers. */
  readonly takesStatuses: boolean;
  /** What the neighbour has said of itself. */
  readonly inbound: Inbound;
  /** What this server has said of itself. */
  readonly said: Said;
  /** How this server compares what it has with what the neighbour has; `undefined` where it need not. */
  readonly resync: Resync | undefined;
  /** Whether the neighbour has asked for all that this server has. */
  listsAll: boolean;
}

/** What two servers say to each other once both have greeted: changes, heartbeats, and what they ask for. */
export class Exchange implements Source {
  readonly neighbour: Neighbour;
  readonly inbound: Inbound;
  readonly #owner: ExchangeOwner;
  readonly #outlet: Outlet;
  readonly #outbound: Outbound;
  #resync: Resync | undefined;
  readonly #confirmations = new Confirmations();
  readonly #heartbeats: Heartbeats;
  /** The statuses that the neighbour is to be sent; `undefined` where it takes none. */
  readonly #statuses: StatusQueue | undefined;
  /** What is being said. */
  #out = new ByteWriter(FIRST_WRITE_BYTES);
  #writer = new ChangeWriter(this.#out);
  #isAtHead = false;

  /** @param onSilent called when nothing has come from the neighbour for too long */
  constructor(
    owner: ExchangeOwner,
    outlet: Outlet,
    { neighbour, takesStatuses, inbound, said, resync, listsAll }: Introduction,
    onSilent: () => void,
  ) {
    const { store, vectors, drain, clock } = owner;
    this.neighbour = neighbour;
    this.inbound = inbound;
    this.#resync = resync;
    this.#owner = owner;
    this.#outlet = outlet;
    const mayPrune = (): boolean => !drain.isConfirming;
    const { vector } = inbound;
    this.#outbound = new Outbound(
      store,
      vectors,
      neighbour.index,
      vector,
      said,
      mayPrune,
      listsAll,
    );
    this.#heartbeats = new Heartbeats(clock, { onDue: () => this.#noteDue(), onSilent });
    this.#statuses = takesStatuses ? owner.statuses.open() : undefined;
  }

  get name(): string {
    return this.neighbour.name;
  }

  /** Up to which of this server's changes the neighbour has confirmed that it has them; see `Confirmations`. */
  get confirmed(): number {
    return this.#confirmations.confirmed;
  }

  /** Whether the last write reached the feed's head: what comes next is sent in the same tick. */
  get isAtHead(): boolean {
    return this.#isAtHead;
  }

  /** Whether the neighbour has been sent everything by now, and its socket has taken it. */
  get hasSentAll(): boolean {
    const { seq, isRepairing } = this.#outbound;
    return !isRepairing && seq === this.#owner.store.head && this.#outlet.isDrained;
  }

  /** Notes that so many bytes came from the neighbour. */
  noteReceived(sizeBytes: number): void {
    this.neighbour.counts.receivedBytes += sizeBytes;
    this.#heartbeats.noteReceived();
  }

  /** Takes in a change. */
  takeChange(record: RecordView): void {
    const { store, sources, vectors } = this.#owner;
    const wasClaimed = vectors.covers(record);
    const resync = this.#resync?.isListing === true ? this.#resync : undefined;
    // Where the neighbour sends what is lacking here, nothing that was here is among it.
    const wasHere = wasClaimed && resync !== undefined;
    const applied = store.apply(record, this.neighbour.heldBy, wasHere);
    const hasRequest =
      resync === undefined
        ? sources.take(this, record, applied, wasClaimed)
        : this.#takeListed(resync, record, applied);
    const { counts } = this.neighbour;
    counts.received += 1;
    if (applied === 'newer') counts.newer += 1;
    if (applied === 'newer' || hasRequest) this.#owner.wake();
  }

  /** Takes in a message; false where it may not be said now. */
  take(message: Message): boolean {
    const { origins } = this.#owner.vectors;
    switch (message.kind) {
      case 'heartbeat':
        if (message.seq !== undefined) this.#takeCheckpoint();
        break;
      case 'prune':
        this.#outbound.prune(message.origin);
        break;
      case 'graft':
        this.#outbound.graft(message.origin);
        break;
      case 'grafted':
        this.inbound.noteGrafted(origins.named(message.origin.name, message.origin.epoch));
        return true;
      case 'confirm':
        this.#confirmations.noteAsked(message.seq);
        break;
      case 'confirmed':
        this.#confirmations.confirmed = message.seq;
        break;
      case 'status':
        return this.#takeStatus(message);
      default:
        return false;
    }
    this.#owner.wake();
    return true;
  }

  /** Goes on comparing what this server has with what the neighbour has, where it has to. */
  compare(): void {
    const resync = this.#resync;
    if (resync === undefined || resync.isListing) return;
    if (resync.step()) {
      this.#resync = undefined;
      this.#owner.contacts.note(this.name);
    }
    this.#owner.wake();
  }

  /**
   * Sends all that the neighbour lacks, until its socket takes no more. For a link that is at the
   * head: a reply never overtakes its report.
   */
  sendAll(): void {
    if (!this.#isWritable()) return;
    do this.#write(Infinity);
    while (!this.#isAtHead && this.#outlet.isDrained);
  }

  /**
   * Sends some of what the neighbour lacks, in one write. For a link that is catching up.
   *
   * @param maxChanges how many changes may be examined, most of which may need no sending
   * @returns whether there may be more that can be sent now
   */
  sendSome(maxChanges: number): boolean {
    if (!this.#isWritable()) return false;
    this.#write(maxChanges);
    return !this.#isAtHead && this.#outlet.isDrained;
  }

  /** Sends what was left out, since the neighbour had asked to prune it. */
  sendPruned(): void {
    this.#outbound.graftAll();
  }

  /** Ends it. */
  close(): void {
    this.#heartbeats.stop();
    this.#outbound.close();
    if (this.#statuses !== undefined) this.#owner.statuses.close(this.#statuses);
  }

  /** Accepts a record from a resync: whether it was already here says nothing about which neighbour is first. */
  #takeListed(resync: Resync, record: RecordView, applied: Applied): false {
    resync.note(record);
    this.#owner.vectors.take(record, applied);
    return false;
  }

  /** They are between servers that both take them. */
  #takeStatus(message: Message & { kind: 'status' }): boolean {
    if (this.#statuses === undefined) return false;
    if (this.#owner.statuses.receive(message, this.#statuses)) this.#owner.wake();
    return true;
  }

  #noteDue(): void {
    this.#owner.sources.graftMissing(this);
    this.#owner.wake();
  }

  #takeCheckpoint(): void {
    this.#owner.sources.noteCheckpoint(this);
    if (this.#resync === undefined) this.#owner.contacts.note(this.name);
    else this.#resync.finishListing(this.inbound.vector);
  }

  #isWritable(): boolean {
    if (!this.#outlet.isDrained) {
      this.#isAtHead &&= this.#outbound.seq === this.#owner.store.head;
    }
    return this.#outlet.isDrained;
  }

  /** Writes once: as many changes as fit in a write, and what else is to be said. */
  #write(maxChanges: number): void {
    this.#makeRoom();
    const out = this.#out;
    const limits = { maxBytes: MAX_WRITE_BYTES, maxChanges };
    this.#isAtHead = this.#outbound.write(this.#writer, limits);
    if (this.#isAtHead) {
      const repairLimits = { maxBytes: MAX_WRITE_BYTES, maxChanges: REPAIR_CHANGES };
      if (this.#outbound.writeRepair(this.#writer, repairLimits)) this.#owner.wake();
    }
    out.text(this.#outbound.takeAnswers());
    out.text(this.inbound.takeRequests());
    this.#writeConfirmations();
    this.#writeHeartbeat();
    this.#writeStatuses();
    if (out.length === 0) return;
    this.neighbour.counts.sentBytes += out.length;
    this.#outlet.write(out.view());
  }

  /** Some of them, behind everything else: what does not fit goes with the next write. */
  #writeStatuses(): void {
    const queue = this.#statuses;
    if (queue === undefined || queue.isEmpty) return;
    this.#out.text(this.#owner.statuses.take(queue));
    if (!queue.isEmpty) this.#owner.wake();
  }

  #makeRoom(): void {
    if (this.#out.bytes.length > MAX_KEPT_BYTES) {
      this.#out = new ByteWriter(FIRST_WRITE_BYTES);
      this.#writer = new ChangeWriter(this.#out);
    }
    this.#out.length = 0;
    this.#writer.restart();
  }

  #writeConfirmations(): void {
    const { drain } = this.#owner;
    const isAllSent = this.#isAtHead && !this.#outbound.isRepairing;
    if (isAllSent && drain.isConfirming) {
      this.#out.text(this.#confirmations.ask(this.#outbound.seq));
    }
    const answer = this.#confirmations.takeAnswer();
    if (answer === '') return;
    this.#out.text(answer);
    drain.noteConfirmed();
  }

  /** What this server has may be claimed where all of it has been sent. */
  #writeHeartbeat(): void {
    const due = this.#heartbeats.take();
    if (due === 'nothing') return;
    if (!this.#isAtHead) {
      if (due === 'heartbeat') this.#out.text(formatHeartbeat(undefined));
      return;
    }
    this.#owner.vectors.refresh();
    const news = this.#outbound.takeNews();
    if (news !== '' || due === 'heartbeat') {
      this.#out.text(news + formatHeartbeat(this.#outbound.seq));
      this.#outbound.endListing();
    }
  }
}
