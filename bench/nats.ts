import type { Requirement } from './harness/benchmark.ts';
import { freePorts } from './harness/ports.ts';
import type { Program } from './harness/program.ts';
import type { Scope } from './harness/scope.ts';
import { Conversation } from './load/conversation.ts';

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
