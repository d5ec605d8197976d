/** The size of a page, in bytes: room for any block, and little where there are few. */
const PAGE_BYTES = 64 * 1024;
/** Blocks begin at multiples of this many bytes, so 32 bits can address 16 GiB. */
const UNIT_BYTES = 4;
const UNITS_A_PAGE_BITS = 14;
const UNITS_A_PAGE = 2 ** UNITS_A_PAGE_BITS;
/** From one power of two to the next there are 2 ** 3 sizes. */
const STEPS_BITS = 3;
/** The most pages that 32 bits can name. */
const MAX_PAGES = 2 ** 32 / UNITS_A_PAGE;

/** A block's address: its number of units from the first page's start. */
export type Address = number;

/**
 * Memory for blocks of bytes, of any length up to a page. A freed block is used again for one of the
 * same size; at most an eighth of a block is unused. Pages are never copied, so memory grows by what is needed.
 */
export class SlabAllocator {
  readonly #pages: Buffer[] = [];
  /** The first unit that was never used, of all pages. */
  #end = 0;
  /** Freed blocks, by their size in units. */
  readonly #free = new Map<number, Address[]>();

  /** How much memory it takes, in bytes. */
  get sizeBytes(): number {
    return this.#pages.length * PAGE_BYTES;
  }

  /** Whether a block for `length` bytes can be had. */
  hasRoom(length: number): boolean {
    if (this.#pages.length < MAX_PAGES) return true;
    const units = unitsOf(length);
    const left = this.#pages.length * UNITS_A_PAGE - this.#end;
    return left >= units || (this.#free.get(units)?.length ?? 0) > 0;
  }

  /** A block for `length` bytes; its content is undefined. */
  allocate(length: number): Address {
    const units = unitsOf(length);
    const freed = this.#free.get(units)?.pop();
    if (freed !== undefined) return freed;
    const left = this.#pages.length * UNITS_A_PAGE - this.#end;
    if (left < units) this.#addPage();
    const address = this.#end;
    this.#end += units;
    return address;
  }

  free(address: Address, length: number): void {
    const units = unitsOf(length);
    const freed = this.#free.get(units);
    if (freed === undefined) this.#free.set(units, [address]);
    else freed.push(address);
  }

  /** The page of a block. */
  page(address: Address): Buffer {
    const page = this.#pages[address >>> UNITS_A_PAGE_BITS];
    if (page === undefined) throw new RangeError(`There is no block ${address}.`);
    return page;
  }

  /** Where in its page a block begins, in bytes. */
  offset(address: Address): number {
    return (address & (UNITS_A_PAGE - 1)) * UNIT_BYTES;
  }

  /** The rest of the last page is too short for the block that is wanted: it stays unused. */
  #addPage(): void {
    if (this.#pages.length === MAX_PAGES) throw new RangeError('16 GiB of locations are full.');
    this.#end = this.#pages.length * UNITS_A_PAGE;
    this.#pages.push(Buffer.allocUnsafeSlow(PAGE_BYTES));
  }
}

/** Whether blocks of two lengths are of one size, so that one can take the other's place. */
export function areOfOneSize(length: number, other: number): boolean {
  return unitsOf(length) === unitsOf(other);
}

/**
 * How many units a block for so many bytes has. Sizes grow in steps of an eighth, so that there are
 * few: what was freed of one size is of no use to another, and clients choose how long their lines are.
 */
function unitsOf(length: number): number {
  const units = Math.ceil(length / UNIT_BYTES);
  const step = 2 ** Math.max(0, 31 - Math.clz32(units) - STEPS_BITS);
  return Math.ceil(units / step) * step;
}
