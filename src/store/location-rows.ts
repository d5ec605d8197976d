import { SIGN_FORMAT } from './sign-of-life.ts';

/*
 * The rows of a table in one buffer, 64 bytes each: what an update touches of a client's location is one
 * line of the processor's cache. There is no object for a location, and none is garbage when the next
 * one takes its place.
 */

/** A row's size, and its length in each of the views of the buffer. */
export const ROW_BYTES = 64;
const ROW_F64 = ROW_BYTES / 8;
const ROW_I32 = ROW_BYTES / 4;
const ROW_U16 = ROW_BYTES / 2;

// Where a row's fields stand: in doubles, in words, in half words.
const SEQUENCE = 0;
const SEQ = 1;
const CLIENT_TIME = 4;
const RECEIPT = 6;
const LATITUDE = 8;
const LONGITUDE = 9;
const PREVIOUS = 10;
const NEXT = 11;
const BLOCK = 12;
const HELD_BY = 13;
const CLIENT_LENGTH = 28;
const TEXT_LENGTH = 29;
const ORIGIN = 30;
const FORMAT = 31;

/** Nanoseconds take 30 bits; the two above them are the highest of the seconds, which have 34. */
const NANOSECOND_BITS = 30;
const NANOSECOND_MASK = 2 ** NANOSECOND_BITS - 1;
const LOW_SECONDS = 2 ** 32;
/** A client's ID has 13 bits of its length's half word: those above are what kind of record it is. */
const LENGTH_BITS = 13;
const LENGTH_MASK = 2 ** LENGTH_BITS - 1;

/** What kind of record a row is, as bits: a report without attributes has none of them. */
export const REMOVAL = 1 << LENGTH_BITS;
export const HAS_ATTRIBUTES = 1 << (LENGTH_BITS + 1);
export const DOCUMENT = 1 << (LENGTH_BITS + 2);

/** Rows by their slots, which are small numbers from 0 on. A row that was never written is all zeros. */
export class LocationRows {
  #capacity: number;
  #f64: Float64Array;
  #i32: Int32Array;
  #u16: Uint16Array;

  /**
   * @param capacity how many rows there is room for before it has to grow. The system gives memory only to
   *   those that are written
   */
  constructor(capacity: number) {
    const bytes = new ArrayBuffer(capacity * ROW_BYTES);
    this.#capacity = capacity;
    this.#f64 = new Float64Array(bytes);
    this.#i32 = new Int32Array(bytes);
    this.#u16 = new Uint16Array(bytes);
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Doubles the room. */
  grow(): void {
    const larger = new LocationRows(2 * this.#capacity);
    larger.#f64.set(this.#f64);
    this.#capacity = larger.#capacity;
    this.#f64 = larger.#f64;
    this.#i32 = larger.#i32;
    this.#u16 = larger.#u16;
  }

  sequence(slot: number): number {
    return this.#f64[slot * ROW_F64 + SEQUENCE] ?? 0;
  }

  setSequence(slot: number, sequence: number): void {
    this.#f64[slot * ROW_F64 + SEQUENCE] = sequence;
  }

  /** The seq of the change that put the slot where it is in the feed; 0 where it is not in it. */
  seq(slot: number): number {
    return this.#f64[slot * ROW_F64 + SEQ] ?? 0;
  }

  setSeq(slot: number, seq: number): void {
    this.#f64[slot * ROW_F64 + SEQ] = seq;
  }

  clientSeconds(slot: number): number {
    return this.#seconds(slot * ROW_I32 + CLIENT_TIME);
  }

  clientNanoseconds(slot: number): number {
    return (this.#i32[slot * ROW_I32 + CLIENT_TIME + 1] ?? 0) & NANOSECOND_MASK;
  }

  setClientTime(slot: number, seconds: number, nanoseconds: number): void {
    this.#setTime(slot * ROW_I32 + CLIENT_TIME, seconds, nanoseconds);
  }

  receiptSeconds(slot: number): number {
    return this.#seconds(slot * ROW_I32 + RECEIPT);
  }

  receiptNanoseconds(slot: number): number {
    return (this.#i32[slot * ROW_I32 + RECEIPT + 1] ?? 0) & NANOSECOND_MASK;
  }

  setReceipt(slot: number, seconds: number, nanoseconds: number): void {
    this.#setTime(slot * ROW_I32 + RECEIPT, seconds, nanoseconds);
  }

  latitudeE7(slot: number): number {
    return this.#i32[slot * ROW_I32 + LATITUDE] ?? 0;
  }

  longitudeE7(slot: number): number {
    return this.#i32[slot * ROW_I32 + LONGITUDE] ?? 0;
  }

  setPosition(slot: number, latitudeE7: number, longitudeE7: number): void {
    this.#i32[slot * ROW_I32 + LATITUDE] = latitudeE7;
    this.#i32[slot * ROW_I32 + LONGITUDE] = longitudeE7;
  }

  /** The slots before and after it in the change feed. */
  previous(slot: number): number {
    return this.#i32[slot * ROW_I32 + PREVIOUS] ?? 0;
  }

  setPrevious(slot: number, previous: number): void {
    this.#i32[slot * ROW_I32 + PREVIOUS] = previous;
  }

  next(slot: number): number {
    return this.#i32[slot * ROW_I32 + NEXT] ?? 0;
  }

  setNext(slot: number, next: number): void {
    this.#i32[slot * ROW_I32 + NEXT] = next;
  }

  /** Where the client's ID is, and behind it the text of what was reported where that is kept. */
  block(slot: number): number {
    return (this.#i32[slot * ROW_I32 + BLOCK] ?? 0) >>> 0;
  }

  setBlock(slot: number, block: number): void {
    this.#i32[slot * ROW_I32 + BLOCK] = block;
  }

  heldBy(slot: number): number {
    return this.#i32[slot * ROW_I32 + HELD_BY] ?? 0;
  }

  setHeldBy(slot: number, heldBy: number): void {
    this.#i32[slot * ROW_I32 + HELD_BY] = heldBy;
  }

  /** The length of the client's ID in bytes; 0 where the slot is not in use. */
  clientLength(slot: number): number {
    return (this.#u16[slot * ROW_U16 + CLIENT_LENGTH] ?? 0) & LENGTH_MASK;
  }

  /** @param kind the bits of what kind of record it is */
  setClientLength(slot: number, length: number, kind: number): void {
    this.#u16[slot * ROW_U16 + CLIENT_LENGTH] = length | kind;
  }

  /** Whether it is no client's row but a document's, or the tombstone of one. */
  isDocument(slot: number): boolean {
    return ((this.#u16[slot * ROW_U16 + CLIENT_LENGTH] ?? 0) & DOCUMENT) !== 0;
  }

  /** Whether it is the row of a client's sign of life, or of the tombstone of one: these are documents, too. */
  isSign(slot: number): boolean {
    return this.format(slot) === SIGN_FORMAT;
  }

  /** Whether it is forgotten at an age: documents are not, but for signs of life. */
  growsOld(slot: number): boolean {
    return !this.isDocument(slot) || this.isSign(slot);
  }

  /** Whether the client, or the document, was removed: the row is a tombstone. */
  isRemoval(slot: number): boolean {
    return ((this.#u16[slot * ROW_U16 + CLIENT_LENGTH] ?? 0) & REMOVAL) !== 0;
  }

  /** Whether there are attributes, or a document's text, at the end of the text behind the ID. */
  hasAttributes(slot: number): boolean {
    return ((this.#u16[slot * ROW_U16 + CLIENT_LENGTH] ?? 0) & HAS_ATTRIBUTES) !== 0;
  }

  /** The length of the text behind the ID, in bytes. */
  textLength(slot: number): number {
    return this.#u16[slot * ROW_U16 + TEXT_LENGTH] ?? 0;
  }

  setTextLength(slot: number, length: number): void {
    this.#u16[slot * ROW_U16 + TEXT_LENGTH] = length;
  }

  origin(slot: number): number {
    return this.#u16[slot * ROW_U16 + ORIGIN] ?? 0;
  }

  setOrigin(slot: number, origin: number): void {
    this.#u16[slot * ROW_U16 + ORIGIN] = origin;
  }

  /** How the text of what was reported is made of the numbers; 0 where the text is kept. */
  format(slot: number): number {
    return this.#u16[slot * ROW_U16 + FORMAT] ?? 0;
  }

  setFormat(slot: number, format: number): void {
    this.#u16[slot * ROW_U16 + FORMAT] = format;
  }

  #seconds(word: number): number {
    const low = (this.#i32[word] ?? 0) >>> 0;
    const high = (this.#i32[word + 1] ?? 0) >>> NANOSECOND_BITS;
    return high === 0 ? low : high * LOW_SECONDS + low;
  }

  #setTime(word: number, seconds: number, nanoseconds: number): void {
    const high = seconds < LOW_SECONDS ? 0 : Math.floor(seconds / LOW_SECONDS);
    this.#i32[word] = seconds;
    this.#i32[word + 1] = nanoseconds | (high << NANOSECOND_BITS);
  }
}
