import type { DemoPort } from '../../gateway/demo-port.ts';
import type { HerdServer } from '../../server/herd-server.ts';
import { CliError } from '../errors.ts';
import { printMessage } from '../output.ts';
import type { Signals } from '../signals.ts';
import { startOne } from '../start-one.ts';
import type { Orders } from './orders.ts';

/** What the supervisor is notified of. */
export interface MemberNews {
  readonly listening: (server: HerdServer) => void;
  readonly stopping: () => void;
}

/**
 * Runs the server that the supervisor orders until it is to stop: by an order, by a signal, or by the end
 * of the channel, so that no server outlives its supervisor. Resolves to the exit status.
 */
export async function runMember(
  orders: Orders,
  signals: Signals,
  demo: DemoPort,
  news: MemberNews,
): Promise<number> {
  try {
    await run(orders, signals, demo, news);
    return 0;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    for (const line of error.lines) printMessage(line);
    return error.exitStatus;
  } finally {
    if (process.connected) process.disconnect(); // the channel would keep this process alive
  }
}

async function run(
  orders: Orders,
  signals: Signals,
  demo: DemoPort,
  { listening, stopping }: MemberNews,
): Promise<void> {
  const options = await Promise.race([orders.options, signals.stopped]);
  if (options === undefined) return; // stopped before anything was begun
  const server = await startOne(options, demo);
  listening(server);
  orders.pass(server);
  signals.attach({ reload: () => server.reopenLog(), forgetPlaces: () => server.forgetPlaces() });
  await signals.stopped;
  stopping();
  await server.close();
}
