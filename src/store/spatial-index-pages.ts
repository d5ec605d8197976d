/** 64 KiB a page: little where there are few clients, and no allocation takes long. */
const PAGE_BITS = 14;
const PAGE_LENGTH = 1 << PAGE_BITS;
/** The bits of an index that are its offset within a page. */
export const OFFSET_MASK = PAGE_LENGTH - 1;

/**
 * An array of 32-bit integers that grows a page at a time. Its content is never copied, so growing to
 * many millions stops the server at no point.
 */
export class PagedInts {
  readonly #pages: Int32Array[] = [];

  /** For how many integers there is room. */
  get length(): number {
    return this.#pages.length * PAGE_LENGTH;
  }

  /** How much memory it takes, in bytes. */
  get sizeBytes(): number {
    return this.length * Int32Array.BYTES_PER_ELEMENT;
  }

  /** Makes room for at least that many integers; new ones are 0. */
  reserve(length: number): void {
    while (this.length < length) this.#pages.push(new Int32Array(PAGE_LENGTH));
  }

  /** The page of an index; its place there is `index & OFFSET_MASK`. */
  page(index: number): Int32Array {
    const page = this.#pages[index >>> PAGE_BITS];
    if (page === undefined) throw new RangeError(`There is no room for index ${index}.`);
    return page;
  }

  get(index: number): number {
    return this.page(index)[index & OFFSET_MASK] ?? 0;
  }

  set(index: number, value: number): void {
    this.page(index)[index & OFFSET_MASK] = value;
  }
}
