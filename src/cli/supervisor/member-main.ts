import { outliveBrokenOutput } from '../output.ts';
import { Signals } from '../signals.ts';
import { DemoChannel } from './demo-channel.ts';
import { ALIVE_INTERVAL_MS, type News } from './messages.ts';
import { Orders } from './orders.ts';

/*
 * The process of one server that `up` runs. All that it has to know comes over the channel; its name is an
 * argument only so that it shows in a list of processes.
 */

// First, before what takes time to load: nothing that comes meanwhile is lost, and no signal ends it.
const signals = new Signals();
const demo = new DemoChannel(notifySupervisor);
const orders = new Orders(signals, demo);
outliveBrokenOutput();
const endStart = sayAlive();

const { runMember } = await import('./run-member.ts');
process.exitCode = await runMember(orders, signals, demo, {
  listening({ clients, peers, gateway }) {
    endStart();
    notifySupervisor({ news: 'listening', clients, peers, gateway });
  },
  stopping: sayAlive,
});

function notifySupervisor(news: News): void {
  // One that has gone takes no more messages: the end of the channel is noticed soon.
  if (process.connected) process.send?.(news, undefined, undefined, () => undefined);
}

/** Notifies the supervisor, from now on, that this process does not hang. Returns what ends it. */
function sayAlive(): () => void {
  const say = (): void => notifySupervisor({ news: 'alive' });
  say();
  const timer = setInterval(say, ALIVE_INTERVAL_MS).unref();
  return () => clearInterval(timer);
}
