import type { ServerOptions } from '../../server/options.ts';
import type { HerdServer } from '../../server/server.ts';
import { CliError } from '../errors.ts';
import { tell } from '../output.ts';
import type { Signals } from '../signals.ts';
import { startOne } from '../start-one.ts';
import type { LaterOrder, Order } from './messages.ts';

/** What the supervisor is told of. */
export interface MemberNews {
  readonly listening: (server: HerdServer) => void;
  readonly stopping: () => void;
}

/**
 * Runs the server that the supervisor orders until it is told to stop: by an order, by a signal, or by the end
 * of the channel, so that no server outlives its supervisor. Resolves to the exit status.
 */
export async function runMember(signals: Signals, news: MemberNews): Promise<number> {
  try {
    await run(signals, news);
    return 0;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    for (const line of error.lines) tell(line);
    return error.exitStatus;
  } finally {
    if (process.connected) process.disconnect(); // the channel would keep this process alive
  }
}

async function run(signals: Signals, { listening, stopping }: MemberNews): Promise<void> {
  const orders = new Orders(signals);
  const options = await Promise.race([orders.options, signals.stopped]);
  if (options === undefined) return; // told to stop before anything was begun
  const server = await startOne(options);
  listening(server);
  orders.pass(server);
  signals.attach({ reload: () => server.reopenLog(), forgetPlaces: () => server.forgetPlaces() });
  await signals.stopped;
  stopping();
  await server.close();
}

/** Takes the supervisor's orders; those that come while the server starts are passed on when it has. */
class Orders {
  /** What to start the server with. */
  readonly options: Promise<ServerOptions>;
  pass: (server: HerdServer) => void = () => undefined;

  constructor(signals: Signals) {
    const server = new Promise<HerdServer>((resolve) => (this.pass = resolve));
    this.options = new Promise((start) => {
      process.on('message', (message: Order) => {
        if (message.order === 'start') start(message.options);
        else if (message.order === 'stop') signals.stop();
        else void server.then((started) => obey(started, message));
      });
    });
    if (process.connected) process.once('disconnect', () => signals.stop());
    else signals.stop();
  }
}

function obey(server: HerdServer, order: LaterOrder): void {
  if (order.order === 'forget-places') return server.forgetPlaces();
  server.reopenLog();
  server.reload(order.options);
}
