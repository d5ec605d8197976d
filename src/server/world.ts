import { performance } from 'node:perf_hooks';

import type { Instant } from '../protocol/timestamp.ts';
import type { TcpChannels } from '../transport/tcp-channels.ts';
import type { World } from '../replication/world.ts';
import type { NeighbourAddress } from './options.ts';

/** The links' world as it really is: TCP, the system's timers and random numbers. */
export function createWorld(
  neighbours: readonly NeighbourAddress[],
  channels: TcpChannels,
  now: () => Instant,
  wake: () => void,
): World {
  const addresses = new Map(neighbours.map(({ name, peers }) => [name, peers]));
  return {
    clock: {
      after(delayMs, action) {
        const timer = setTimeout(action, delayMs);
        return () => clearTimeout(timer);
      },
    },
    nowMs: () => performance.now(),
    now,
    random: Math.random,
    dial(neighbour, listener) {
      const address = addresses.get(neighbour);
      if (address === undefined) throw new RangeError(`No address is known of ${neighbour}.`);
      return channels.dial(neighbour, address, listener);
    },
    wake,
  };
}
