import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Acknowledge } from '#src/server/options.js';
import { showMissing } from '../support/convergence.ts';
import { anySeed, interruption, readOptions, runMain, UsageError } from '../support/run-options.ts';
import { showMs } from '../support/statistics.ts';
import { runChaos, type ChaosReport } from './chaos.ts';

/** How many follow the live updates. */
const SUBSCRIBERS = 5;

await runMain('chaos', main);

/** The exit status is 0, 1 where something was lost or a server crashed, 2 for a usage error. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args, {
    numbers: { seconds: 60, seed: anySeed() },
    texts: ['acknowledge', 'data', 'logs', 'json'],
  });
  const { seconds, seed, data = 'none', json } = options;
  const acknowledge = parseAcknowledge(options.acknowledge ?? 'received');
  const logs = options.logs === undefined ? 'none' : resolve(options.logs);
  process.stderr.write(`chaos: ${seconds} s of faults, --seed ${seed}\n`);
  const subscribers = SUBSCRIBERS;
  const chaos = { seconds, faultsOfEachKind: 0, seed, subscribers, acknowledge, data, logs };
  const report = await runChaos(chaos, interruption());
  process.stdout.write(reportText(report));
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  const { missed, older } = report.roamed;
  const broken = [report.lost, report.crashes, missed, older];
  return broken.some(({ length }) => length > 0) ? 1 : 0;
}

function parseAcknowledge(text: string): Acknowledge {
  const known: readonly Acknowledge[] = ['received', 'neighbours', 'replicated', 'journaled'];
  const found = known.find((each) => each === text);
  if (found !== undefined) return found;
  throw new UsageError(`--acknowledge: found ${text}, expected one of ${known.join(', ')}`);
}

function reportText({
  faults,
  troubles,
  convergedMs,
  lost,
  crashes,
  roamed,
  ...rest
}: ChaosReport): string {
  const { p50, p99, max } = convergedMs;
  const counts = (of: object): string =>
    Object.entries(of)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  const rows = [
    ['updates answered', String(rest.answered)],
    ['client IDs', String(rest.clients)],
    ['faults', counts(faults)],
    ['conversations broken off', counts(troubles) || 'none'],
    ['lost', String(lost.length)],
    ['crashes', String(crashes.length)],
    [
      'live updates',
      `${roamed.events} events, ${roamed.resumed} times gone on, ${roamed.olderElsewhere} older than elsewhere, missed ${roamed.missed.length}, older after newer ${roamed.older.length}`,
    ],
    [
      'converged after the last fault',
      `p50 ${showMs(p50)}, p99 ${showMs(p99)}, max ${showMs(max)}`,
    ],
  ];
  const width = Math.max(...rows.map(([name = '']) => name.length));
  const table = rows.map(([name = '', value = '']) => `${name.padEnd(width)}  ${value}\n`).join('');
  const { missed, older } = roamed;
  return [table, ...crashes, ...missed, ...older, showMissing(lost)]
    .filter((part) => part !== '')
    .join('\n');
}
