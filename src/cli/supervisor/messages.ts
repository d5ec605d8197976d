import type { DemoAnswer, DemoWish } from '../../gateway/demo-port.ts';
import type { ServerOptions } from '../../server/options.ts';
import type { Address } from '../../transport/address.ts';

/*
 * The messages between a supervisor and its servers' processes, over the channel that Node opens between
 * a process and one that it forks. Both ends are of one build.
 */

/** What a supervisor sends a server's process; `start` comes first. The end of the channel means `stop`. */
export type Order =
  | { readonly order: 'start'; readonly options: ServerOptions }
  | { readonly order: 'stop' }
  /** The answer to a wish, by the number that it was asked with. */
  | { readonly order: 'demo'; readonly request: number; readonly answer: DemoAnswer }
  | LaterOrder;

/** What waits until the server has started. */
export type LaterOrder =
  | { readonly order: 'reload'; readonly options: ServerOptions }
  | { readonly order: 'forget-places' };

/** Where a server listens. */
export interface Listening {
  readonly clients: Address;
  readonly peers: Address;
  readonly gateway: Address | undefined;
}

/**
 * What a server's process sends its supervisor: that it is alive, while it starts or stops; that it listens; what is wanted
 * of the demo, which the supervisor runs.
 */
export type News =
  | { readonly news: 'alive' }
  | ({ readonly news: 'listening' } & Listening)
  | { readonly news: 'demo'; readonly request: number; readonly wish: DemoWish };

/** How often a process says that it is alive, in milliseconds: a few times in the shortest silence that ends it. */
export const ALIVE_INTERVAL_MS = 200;
