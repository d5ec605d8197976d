import type { Server } from 'node:http';

import type { Access } from '../access/access.ts';
import type { AnswerCommands } from '../gateway/commands-port.ts';
import type { DemoPort } from '../gateway/demo-port.ts';
import type { Gateway, GatewayParts } from '../gateway/gateway.ts';
import type { Instant } from '../protocol/timestamp.ts';
import type { Replicator } from '../replication/replicator.ts';
import type { LocationService } from '../service/location-service.ts';
import type { ServerCounts } from '../service/server-counts.ts';
import { isLoopback } from '../transport/address.ts';
import type { Clock } from '../transport/channel.ts';
import type { Log } from './log.ts';
import type { ServerOptions } from './options.ts';

/** What a server's gateway is made of. */
export interface GatewayCreation {
  readonly options: ServerOptions;
  /** The version of the software. */
  readonly version: string;
  readonly service: LocationService;
  readonly access: Access | undefined;
  readonly replicator: Pick<
    Replicator,
    'herd' | 'vector' | 'links' | 'trace' | 'startOf' | 'cluster' | 'hasCaughtUp'
  >;
  readonly isReplaying: () => boolean;
  readonly counts: () => ServerCounts;
  readonly now: () => Instant;
  readonly clock: Clock;
  readonly log: Log;
  /** Who runs a demo for the whole herd; `undefined`: nobody. */
  readonly demo: DemoPort | undefined;
  /** Answers commands of the text protocol, as the client port does. */
  readonly answerCommands: AnswerCommands;
  readonly wake: () => void;
}

/** Makes the handler of a gateway's requests, and loads its modules. */
export async function createGateway(
  server: Server,
  live: Pick<GatewayParts, 'rate' | 'map'>,
  parts: GatewayCreation,
): Promise<Gateway> {
  const { options, version, replicator, isReplaying, ...rest } = parts;
  const { Gateway } = await import('../gateway/gateway.ts');
  return Gateway.create({
    ...rest,
    ...live,
    server,
    random: Math.random,
    origins: options.gatewayOrigins,
    gatewayUrl: options.gatewayUrl,
    isLoopback: options.gateway === undefined || isLoopback(options.gateway.host),
    herd: {
      herd: options.herd,
      server: options.name,
      version,
      servers: () => replicator.herd(),
      vector: () => replicator.vector,
      links: () => replicator.links,
      trace: () => replicator.trace(),
      startOf: (vector) => replicator.startOf(vector),
      isReplaying,
      isClusterConnected: () => replicator.cluster?.isConnected,
      isAlone: options.neighbours.length === 0 && options.nats === undefined,
      hasCaughtUp: () => replicator.hasCaughtUp,
    },
  });
}
