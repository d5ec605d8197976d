import { setTimeout as delay } from 'node:timers/promises';
import { heapBytes } from '../../test/dashboard/frames.ts';
import { MovingClients } from '../../test/dashboard/moving-clients.ts';
import { readOptions, runMain } from '../../test/support/run-options.ts';
import { Scope } from '../harness/scope.ts';
import { startWithGateway } from '../server.ts';
import { openPage, PLACE, startBrowser } from './opened-page.ts';

/* The memory of a page that is open for long, as of each minute. */

const CLIENTS = 5000;
const REPORTS_A_SECOND = 1000;
const MINUTE_MS = 60_000;

await runMain('page-memory', main);

async function main(args: readonly string[]): Promise<number> {
  const { minutes } = readOptions(args, { numbers: { minutes: 10 }, texts: [] });
  await using scope = new Scope();
  const server = await startWithGateway(scope);
  const address = { host: '127.0.0.1', port: server.port };
  const moving = await MovingClients.start(address, CLIENTS, PLACE);
  const page = await openPage(await startBrowser(scope), server);
  await delay(5000); // what it loads ahead is loaded
  process.stdout.write(`${CLIENTS} clients, ${REPORTS_A_SECOND} reports/s\nminute  heap in MiB\n`);
  for (let minute = 0; ; minute++) {
    const mebibytes = (await heapBytes(page)) / 2 ** 20;
    process.stdout.write(`${String(minute).padStart(6)}  ${mebibytes.toFixed(1)}\n`);
    if (minute >= minutes) break;
    await moving.move(REPORTS_A_SECOND, MINUTE_MS);
  }
  await moving.end();
  return page.faults.length === 0 ? 0 : 1;
}
