import { randomBytes } from 'node:crypto';

import { AtLine, compareAtLines } from '../protocol/at-line.ts';
import { ByteWriter } from '../protocol/byte-writer.ts';
import { isSameAt } from '../protocol/same-bytes.ts';
import type { Instant } from '../protocol/timestamp.ts';
import { areOfOneSize, SlabAllocator } from './slab-allocator.ts';
import { FIRST_CAPACITY, grown } from './columns.ts';
import { halfSipHash } from './keyed-hash.ts';
import { pack, packedLength, unpack } from './packed-text.ts';
import { OriginDigests } from './origin-digests.ts';
import { NO_NAME, ServerNames } from './server-names.ts';
import { NO_SLOT, SlotIndex } from './slot-index.ts';

const SPACE = 0x20;
const NAME = Buffer.from('AT ');
/** A packed skew's length has a byte. A longer one is of a clock wrong by more than the universe's age. */
const MAX_PACKED_SKEW = 255;
/** Room for most lines; the writer grows for longer ones. */
const SCRATCH_BYTES = 256;

/**
 * One location of each client, in columns: what a client has is at its slot in each of them. No
 * location is an object, and none is garbage when the next one takes its place.
 *
 * A slot's block holds the client's ID and, packed, the skew, position and time that were said; or,
 * where that has other letters than `pack` knows, the ID and the whole line.
 */
export class LocationTable {
  readonly #hash = halfSipHash(randomBytes(4).readInt32LE(), randomBytes(4).readInt32LE());
  readonly #index = new SlotIndex((slot) => this.#hashes[slot] ?? 0);
  readonly #arena = new SlabAllocator();
  /** The names that origins have numbers by. */
  readonly servers = new ServerNames();
  #digests: OriginDigests | undefined;
  /** Slots below `end` that are not in use. */
  readonly #freeSlots: number[] = [];
  #end = 0;
  #capacity = FIRST_CAPACITY;

  #hashes = new Int32Array(FIRST_CAPACITY);
  #seconds = new Float64Array(FIRST_CAPACITY);
  #nanoseconds = new Uint32Array(FIRST_CAPACITY);
  #blocks = new Uint32Array(FIRST_CAPACITY);
  /** 0 where a slot is not in use. */
  #blockLengths = new Uint16Array(FIRST_CAPACITY);
  #clientLengths = new Uint16Array(FIRST_CAPACITY);
  #skewLengths = new Uint8Array(FIRST_CAPACITY);
  #origins = new Uint8Array(FIRST_CAPACITY);

  readonly #scratch = new ByteWriter(SCRATCH_BYTES);
  readonly #held = new AtLine();

  /** How many clients there are. */
  get size(): number {
    return this.#index.size;
  }

  /** All slots in use are below this. */
  get end(): number {
    return this.#end;
  }

  /** For how many slots there is room. */
  get capacity(): number {
    return this.#capacity;
  }

  isUsed(slot: number): boolean {
    return this.#blockLengths[slot] !== 0;
  }

  /** The slot of the client whose ID the bytes are, or `NO_SLOT`. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const hash = this.#hash(bytes, start, end);
    const index = this.#index;
    for (let place = index.home(hash); ; place = index.after(place)) {
      const slot = index.at(place);
      if (slot === NO_SLOT) return NO_SLOT;
      if (this.#hashes[slot] === hash && this.#isClient(slot, bytes, start, end)) return slot;
    }
  }

  /** Puts in the location of a client that has none. */
  add(line: AtLine): number {
    const slot = this.#freeSlots.pop() ?? this.#end++;
    if (slot === this.#capacity) this.#grow();
    this.#hashes[slot] = this.#hash(line.bytes, line.clientStart, line.clientEnd);
    this.#index.add(slot);
    this.#write(slot, line);
    this.#sumUp(slot, 'put');
    return slot;
  }

  /** Puts another location of the slot's client in its place. */
  replace(slot: number, line: AtLine): void {
    const before = this.originOf(slot);
    this.#sumUp(slot, 'take');
    this.#write(slot, line);
    this.#sumUp(slot, 'put');
    if (this.originOf(slot) !== before) this.#digests?.changed(before);
  }

  remove(slot: number): void {
    this.#index.remove(slot);
    this.#sumUp(slot, 'take');
    this.#digests?.changed(this.originOf(slot));
    this.#arena.free(this.#blocks[slot] ?? 0, this.#blockLengths[slot] ?? 0);
    this.#blockLengths[slot] = 0;
    this.#freeSlots.push(slot);
  }

  /** The number of the server that heard a slot's location; `NO_NAME` where it has none. */
  originOf(slot: number): number {
    return this.#origins[slot] ?? NO_NAME;
  }

  /** Begins to sum up what is held of each origin; gives the same sums each time. */
  digestOrigins(): OriginDigests {
    if (this.#digests !== undefined) return this.#digests;
    this.#digests = new OriginDigests();
    for (let slot = 0; slot < this.#end; slot++) {
      if (this.isUsed(slot)) this.#sumUp(slot, 'put');
    }
    return this.#digests;
  }

  /** Positive where a line is newer than what the slot of its client holds, 0 where it is that. */
  compare(line: AtLine, slot: number): number {
    const { seconds, nanoseconds } = line.time;
    const later =
      seconds - (this.#seconds[slot] ?? 0) || nanoseconds - (this.#nanoseconds[slot] ?? 0);
    if (later !== 0) return later;
    return compareAtLines(line, this.lineOf(slot));
  }

  /** A slot's location as a view of its line, until the next one is asked for. */
  lineOf(slot: number): AtLine {
    this.#scratch.length = 0;
    this.writeLine(slot, this.#scratch);
    const isHeld = this.#held.scan(this.#scratch.bytes, 0, this.#scratch.length);
    if (!isHeld) throw new Error('The table holds what is no location.');
    return this.#held;
  }

  /** Whether a slot's location counts as of before an instant. */
  isBefore(slot: number, { seconds, nanoseconds }: Instant): boolean {
    const held = this.#seconds[slot] ?? 0;
    return held < seconds || (held === seconds && (this.#nanoseconds[slot] ?? 0) < nanoseconds);
  }

  /** Writes a slot's location as its `AT` line, without a line end. */
  writeLine(slot: number, out: ByteWriter): void {
    const block = this.#blocks[slot] ?? 0;
    const page = this.#arena.page(block);
    const client = this.#arena.offset(block);
    const rest = client + (this.#clientLengths[slot] ?? 0);
    const end = client + (this.#blockLengths[slot] ?? 0);
    const origin = this.originOf(slot);
    if (origin === NO_NAME) return out.copy(page, rest, end);
    const server = this.servers.name(origin);
    const report = rest + (this.#skewLengths[slot] ?? 0);
    out.copy(NAME, 0, NAME.length);
    out.copy(server, 0, server.length);
    out.byte(SPACE);
    unpack(page, rest, report, out);
    out.byte(SPACE);
    out.copy(page, client, rest);
    out.byte(SPACE);
    unpack(page, report, end, out);
  }

  #isClient(slot: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#clientLengths[slot] !== end - start) return false;
    const block = this.#blocks[slot] ?? 0;
    const page = this.#arena.page(block);
    return isSameAt(page, this.#arena.offset(block), bytes, start, end);
  }

  /** Fills a slot, new or not, with the location of its client. */
  #write(slot: number, line: AtLine): void {
    this.#clientLengths[slot] = line.clientEnd - line.clientStart;
    this.#seconds[slot] = line.time.seconds;
    this.#nanoseconds[slot] = line.time.nanoseconds;
    if (!this.#writePacked(slot, line)) this.#writeWhole(slot, line);
  }

  /** False where it has to be written whole. */
  #writePacked(slot: number, line: AtLine): boolean {
    const { bytes, skewStart, skewEnd, positionStart, end } = line;
    const origin = this.servers.numberOf(bytes, line.serverStart, line.serverEnd);
    const skew = packedLength(skewEnd - skewStart);
    if (origin === NO_NAME || skew > MAX_PACKED_SKEW) return false;
    const clientLength = line.clientEnd - line.clientStart;
    this.#takeBlock(slot, line, clientLength + skew + packedLength(end - positionStart));
    const block = this.#blocks[slot] ?? 0;
    const page = this.#arena.page(block);
    const at = this.#arena.offset(block) + clientLength;
    this.#origins[slot] = origin;
    this.#skewLengths[slot] = skew;
    return (
      pack(bytes, skewStart, skewEnd, page, at) && pack(bytes, positionStart, end, page, at + skew)
    );
  }

  #writeWhole(slot: number, line: AtLine): void {
    const { bytes, clientStart, clientEnd, start, end } = line;
    this.#takeBlock(slot, line, clientEnd - clientStart + end - start);
    const block = this.#blocks[slot] ?? 0;
    const at = this.#arena.offset(block) + clientEnd - clientStart;
    bytes.copy(this.#arena.page(block), at, start, end);
    this.#origins[slot] = NO_NAME;
    this.#skewLengths[slot] = 0;
  }

  /** Sees to it that a slot has a block of a length, with the client's ID at its start. */
  #takeBlock(slot: number, line: AtLine, length: number): void {
    const { bytes, clientStart, clientEnd } = line;
    const held = this.#blockLengths[slot] ?? 0;
    this.#blockLengths[slot] = length;
    if (held > 0 && areOfOneSize(length, held)) return;
    if (held > 0) this.#arena.free(this.#blocks[slot] ?? 0, held);
    const block = this.#arena.allocate(length);
    this.#blocks[slot] = block;
    bytes.copy(this.#arena.page(block), this.#arena.offset(block), clientStart, clientEnd);
  }

  /** Takes what a slot holds out of the sum of its origin, or puts it in. */
  #sumUp(slot: number, change: 'take' | 'put'): void {
    if (this.#digests === undefined) return;
    const block = this.#blocks[slot] ?? 0;
    const start = this.#arena.offset(block);
    const end = start + (this.#blockLengths[slot] ?? 0);
    this.#digests[change](this.originOf(slot), this.#arena.page(block), start, end);
  }

  #grow(): void {
    const capacity = this.#capacity * 2;
    this.#hashes = grown(this.#hashes, Int32Array, capacity);
    this.#seconds = grown(this.#seconds, Float64Array, capacity);
    this.#nanoseconds = grown(this.#nanoseconds, Uint32Array, capacity);
    this.#blocks = grown(this.#blocks, Uint32Array, capacity);
    this.#blockLengths = grown(this.#blockLengths, Uint16Array, capacity);
    this.#clientLengths = grown(this.#clientLengths, Uint16Array, capacity);
    this.#skewLengths = grown(this.#skewLengths, Uint8Array, capacity);
    this.#origins = grown(this.#origins, Uint8Array, capacity);
    this.#capacity = capacity;
  }
}
