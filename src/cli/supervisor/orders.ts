import type { ServerOptions } from '../../server/options.ts';
import type { HerdServer } from '../../server/herd-server.ts';
import type { Signals } from '../signals.ts';
import type { DemoChannel } from './demo-channel.ts';
import type { LaterOrder, Order } from './messages.ts';

/**
 * Takes the supervisor's orders; those that come while the server starts are passed on when it has. To be
 * made before anything is waited for: Bun drops a message to which nobody listens yet.
 */
export class Orders {
  /** What to start the server with. */
  readonly options: Promise<ServerOptions>;
  /** Gives the started server the orders that came meanwhile, and those to come. */
  pass: (server: HerdServer) => void = () => undefined;

  /** @param demo gets the answers to what it asks */
  constructor(signals: Signals, demo: DemoChannel) {
    const server = new Promise<HerdServer>((resolve) => (this.pass = resolve));
    this.options = new Promise((start) => {
      process.on('message', (message: Order) => {
        if (message.order === 'start') start(message.options);
        else if (message.order === 'stop') signals.stop();
        else if (message.order === 'demo') demo.take(message.request, message.answer);
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
