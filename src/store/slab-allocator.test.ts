import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { areOfOneSize, SlabAllocator, type Address } from './slab-allocator.ts';

fc.configureGlobal({ seed: 16, numRuns: 300 });

const PAGE_BYTES = 64 * 1024;

interface Block {
  readonly address: Address;
  readonly length: number;
  /** What all its bytes are. */
  readonly mark: number;
}

function bytesOf(arena: SlabAllocator, { address, length }: Block): Buffer {
  const offset = arena.offset(address);
  const page = arena.page(address);
  assert.ok(offset + length <= page.length, 'a block goes beyond its page');
  return page.subarray(offset, offset + length);
}

/** Lengths of all kinds: odd ones, and so large that few fit in a page. */
const length = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 2, arbitrary: fc.constantFrom(100, 101, 4000) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: PAGE_BYTES }) },
  { weight: 1, arbitrary: fc.constantFrom(PAGE_BYTES, PAGE_BYTES - 4, PAGE_BYTES / 2) },
);
type Step = { readonly allocate: number } | { readonly free: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: length.map((allocate) => ({ allocate })) },
  { weight: 2, arbitrary: fc.nat().map((free) => ({ free })) },
);

test('no two blocks that are held overlap, whatever was freed before', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30, size: 'max' }), (steps) => {
      const arena = new SlabAllocator();
      const held: Block[] = [];
      for (const [count, step] of steps.entries()) {
        if ('allocate' in step) {
          const address = arena.allocate(step.allocate);
          const block = { address, length: step.allocate, mark: count + 1 };
          bytesOf(arena, block).fill(block.mark);
          held.push(block);
        } else {
          const [block] = held.splice(step.free % Math.max(held.length, 1), 1);
          if (block !== undefined) arena.free(block.address, block.length);
        }
      }
      for (const block of held) {
        const wanted = Buffer.alloc(block.length, block.mark);
        assert.ok(bytesOf(arena, block).equals(wanted), 'a block was written over');
      }
    }),
  );
});

describe('a freed block', () => {
  test('is used for the next of its size', () => {
    const arena = new SlabAllocator();
    const first = arena.allocate(10);
    const second = arena.allocate(9);
    arena.free(first, 10);
    arena.free(second, 9);
    assert.equal(areOfOneSize(10, 9), true);
    const again = [arena.allocate(12), arena.allocate(11)];
    assert.deepEqual(new Set(again), new Set([first, second]));
    assert.ok(![first, second].includes(arena.allocate(10)));
  });

  test('is not used for one of another size', () => {
    const arena = new SlabAllocator();
    const block = arena.allocate(12);
    arena.free(block, 12);
    for (const length of [1, 8, 13, 16, 24]) assert.notEqual(arena.allocate(length), block);
    assert.equal(arena.allocate(12), block);
  });

  test('makes room for as many as one likes, one after the other', () => {
    const arena = new SlabAllocator();
    const addresses = new Set<Address>();
    for (let count = 0; count < 1000; count++) {
      const address = arena.allocate(PAGE_BYTES / 2);
      addresses.add(address);
      arena.free(address, PAGE_BYTES / 2);
    }
    assert.equal(addresses.size, 1);
  });
});

test('lengths are of one size where they take as many units of four bytes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (a, b) => {
      assert.equal(areOfOneSize(a, b), Math.ceil(a / 4) === Math.ceil(b / 4));
    }),
  );
});

/** Fills a page but for its last 8 bytes; gives the first block. */
function fillButFor8(arena: SlabAllocator): number {
  const first = arena.allocate(64);
  for (let end = 128; end < PAGE_BYTES; end += 64) arena.allocate(64);
  arena.allocate(56);
  return first;
}

describe('at the end of a page', () => {
  test('a block that just fits stands there, and the next one on another', () => {
    const arena = new SlabAllocator();
    const first = fillButFor8(arena);
    const last = arena.allocate(8);
    const next = arena.allocate(1);
    assert.equal(arena.offset(last), PAGE_BYTES - 8);
    assert.equal(arena.page(last), arena.page(first));
    assert.notEqual(arena.page(next), arena.page(first));
    assert.equal(arena.offset(next), 0);
  });

  test('one that does not fit stands on the next page', () => {
    const arena = new SlabAllocator();
    fillButFor8(arena);
    const block = arena.allocate(9);
    assert.equal(arena.offset(block), 0);
    assert.equal(arena.offset(arena.allocate(4)), 12);
  });
});

test('a block that was never there is on no page', () => {
  assert.throws(() => new SlabAllocator().page(0), RangeError);
});

test('lengths that grow and grow hold no more than some sizes of each', () => {
  const arena = new SlabAllocator();
  const held = new Map<number, number>();
  for (let length = 60; length < 4000; length += 4) {
    for (let client = 0; client < 200; client++) {
      const address = held.get(client);
      if (address !== undefined) arena.free(address, length - 4);
      held.set(client, arena.allocate(length));
    }
  }
  assert.ok(arena.sizeBytes <= 20 * 1024 * 1024, `${arena.sizeBytes} bytes`);
});
