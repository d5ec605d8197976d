import { IS_BUN } from '../transport/runtime.ts';

/**
 * Options of Node's own for the process of one server; Bun has none of these.
 *
 * A semi-space of 4 MiB at most. V8 would let three of them grow to 16, and a server makes too little
 * garbage to gain from that: with 4 it answers as much, and needs some 12 MiB less. With 2 it would be
 * 20 MiB less, but 8 % fewer answers with places.
 */
export const SERVER_RUNTIME_OPTIONS: readonly string[] = IS_BUN ? [] : ['--max-semi-space-size=4'];
