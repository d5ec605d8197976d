import { outliveBrokenOutput } from '../output.ts';
import { Signals } from '../signals.ts';
import { ALIVE_INTERVAL_MS, type News } from './messages.ts';
import { Orders } from './orders.ts';

/*
 * The process of one server that `up` runs. All that it has to know comes over the channel; its name is an
 * argument only for who looks at the processes of the machine.
 */

// First, before what takes time to load: nothing that comes meanwhile is lost, and no signal ends it.
const signals = new Signals();
const orders = new Orders(signals);
outliveBrokenOutput();
const endStart = sayAlive();

const { runMember } = await import('./run-member.ts');
process.exitCode = await runMember(orders, signals, {
  listening({ clients, peers }) {
    endStart();
    tellSupervisor({ news: 'listening', clients, peers });
  },
  stopping: sayAlive,
});

function tellSupervisor(news: News): void {
  // One that has gone cannot be told: the end of the channel is known soon.
  if (process.connected) process.send?.(news, undefined, undefined, () => undefined);
}

/** Has the supervisor know, from now on, that this process does not hang. Returns what ends it. */
function sayAlive(): () => void {
  const say = (): void => tellSupervisor({ news: 'alive' });
  say();
  const timer = setInterval(say, ALIVE_INTERVAL_MS).unref();
  return () => clearInterval(timer);
}
