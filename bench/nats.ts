import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { Requirement } from './harness/benchmark.ts';
import { freePorts } from './harness/ports.ts';
import type { Program } from './harness/program.ts';
import type { Scope } from './harness/scope.ts';
import { Conversation } from './load/conversation.ts';
import { clientId } from './load/reports.ts';

/** A NATS server, from 2.9 on. */
export const NATS: Requirement = {
  command: 'nats-server',
  versionArgs: ['--version'],
  debianPackage: 'nats-server',
};

/** A NATS server with JetStream. */
export interface RunningNats {
  readonly url: string;
  /** Where its streams are. */
  readonly folder: string;
  readonly program: Program;
}

/** Starts a NATS server, and waits until it listens. */
export async function startNats(scope: Scope): Promise<RunningNats> {
  const [port = 0] = await freePorts(1);
  const folder = scope.folder();
  const args = ['-a', '127.0.0.1', '-p', `${port}`, '-js', '-sd', folder];
  const program = scope.spawn('nats-server', args);
  (await Conversation.connectSoon(port)).close();
  return { url: `nats://127.0.0.1:${port}`, folder, program };
}

/** How many messages a bare publisher has on their way: as many as a server. */
const IN_FLIGHT = 1024;

/**
 * Publishes to a stream of the same kind as a partition's, with nothing before it and behind it.
 *
 * @param subjects over how many subjects the messages are spread
 * @returns how many messages a second were stored
 */
export async function publishBare(url: string, count: number, subjects: number): Promise<number> {
  const connection = await connect({ servers: url });
  try {
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'bare', subjects: ['bare.>'], max_msgs_per_subject: 1 });
    const client = jetstream(connection);
    const message = Buffer.from(
      `1621464827959 1 AT Riley +0.263873386 ${clientId(0)} +34.068930-118.445127 1621464827.959498503`,
    );
    const began = performance.now();
    let next = 0;
    const publish = async (): Promise<void> => {
      while (next < count) await client.publish(`bare.${next++ % subjects}`, message);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, publish));
    const seconds = (performance.now() - began) / 1000;
    await manager.streams.delete('bare');
    return count / seconds;
  } finally {
    await connection.close();
  }
}
