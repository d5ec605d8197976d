import { writeFile } from 'node:fs/promises';
import { showMissing } from '../support/convergence.ts';
import { anySeed, interruption, readOptions, runMain } from '../support/run-options.ts';
import { runSoak, type SoakReport, type Trend } from './soak.ts';

const EVERY_MS = 5_000;
const WARM_UP_MS = 60_000;

await runMain('soak', main);

/** The exit status is 0, 1 where something was lost or a server crashed, 2 for a usage error. */
async function main(args: readonly string[]): Promise<number> {
  const { minutes, seed, json } = readOptions(args, {
    numbers: { minutes: 20, seed: anySeed() },
    texts: ['json'],
  });
  process.stderr.write(`soak: ${minutes} min, --seed ${seed}\n`);
  const options = { minutes, looks: 0, seed, everyMs: EVERY_MS, warmUpMs: WARM_UP_MS };
  const report = await runSoak(options, interruption());
  process.stdout.write(reportText(report));
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  return report.lost.length + report.crashes.length > 0 ? 1 : 0;
}

function reportText({ memory, handles, delay, lost, crashes, ...rest }: SoakReport): string {
  const faults = Object.entries(rest.faults).map(([name, count]) => `${name} ${count}`);
  return [
    `updates answered     ${rest.answered}`,
    `clients              ${rest.clients}`,
    `faults               ${faults.join(', ')}`,
    `resident memory      ${show(memory)}`,
    `open descriptors     ${show(handles)}`,
    `wait for an answer   ${show(delay)}`,
    `lost                 ${lost.length}`,
    `crashes              ${crashes.length}`,
    ...crashes,
    showMissing(lost),
    '',
  ].join('\n');
}

function show({ unit, median, max, slopePerHour }: Trend): string {
  const text = (value: number | undefined): string =>
    value === undefined ? '-' : value.toFixed(2);
  return `median ${text(median)}, max ${text(max)} ${unit}, slope ${text(slopePerHour)} ${unit} an hour`;
}
