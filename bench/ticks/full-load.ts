import { setImmediate } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { postResult, untilStop } from '../harness/thread.ts';
import { makeReports } from '../load/reports.ts';
import { runLoad } from '../load/run-load.ts';
import { Sweep } from './sweep.ts';

/* A thread that has all clients report again and again, as fast as the server takes it. */

/** What the thread is started with. */
export interface FullLoad {
  readonly server: string;
  readonly port: number;
  readonly clients: number;
  readonly connections: number;
  readonly depth: number;
}

/** Its result. */
export interface Load {
  readonly reports: number;
}

const { server, port, clients, connections, depth } = workerData as FullLoad;
const sweep = new Sweep(server, makeReports({ connections, clients, reports: clients }));
const over = new AbortController();
const stop = untilStop().then(() => over.abort());
let reports = 0;
while (!over.signal.aborted) {
  await runLoad(
    sweep.next().map((talk) => ({ port, talk })),
    { depth },
  );
  reports += clients;
  await setImmediate();
}
await stop;
postResult({ reports } satisfies Load);
