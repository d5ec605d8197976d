import type { Links } from '../replication/flood/links.ts';
import type { World } from '../replication/world.ts';
import type { NatsOptions } from '../replication/nats/options.ts';
import type { Replicator } from '../replication/replicator.ts';
import type { LocationStore } from '../store/store.ts';
import type { Log } from './log.ts';

/** The dependencies of replication. */
interface ReplicatorParts {
  /** This server's name. */
  readonly server: string;
  readonly store: LocationStore;
  readonly world: World;
  readonly links: Links;
  readonly log: Log;
}

/** Makes what brings a server's records to the others. */
export type CreateReplicator = (parts: ReplicatorParts) => Replicator;

/** What makes the replicator of a server: its links, or with `nats` the cluster beside them, which is loaded then alone. */
export async function loadReplication(nats: NatsOptions | undefined): Promise<CreateReplicator> {
  if (nats === undefined) return ({ links }) => links;
  const [{ NatsReplicator }, { JetStreamBroker }] = await Promise.all([
    import('../replication/nats/nats-replicator.ts'),
    import('../replication/nats/jetstream-broker.ts'),
  ]);
  return ({ log, ...parts }) =>
    new NatsReplicator({
      ...parts,
      interest: nats.interest,
      connect: (events) => new JetStreamBroker(nats, parts.server, events),
      events: {
        onClusterUp: (to, version) => log.write({ event: 'nats-up', to, version }),
        onClusterDown: (cause) => log.write({ event: 'nats-down', ...cause }),
        onClusterFailed: (cause) => log.write({ event: 'nats-failed', ...cause }),
        onClusterRecovered: () => log.write({ event: 'nats-recovered' }),
      },
    });
}
