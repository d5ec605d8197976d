import type { Program } from '../harness/program.ts';
import type { RunningServer } from '../server.ts';
import { iamatTalk, makeReports, type Report, type ReportsSpec } from './reports.ts';
import { runLoad, type Loaded, type LoadOptions } from './run-load.ts';
import type { Talk } from './talk.ts';

/** A server that takes reports. */
export interface Target {
  readonly port: number;
  readonly program: Program;
  /** Puts reports in its words. */
  readonly talk: (reports: readonly Report[]) => Talk;
}

/** A server of ours that takes reports. */
export function herdTarget({ name, port, program }: RunningServer): Target {
  return { port, program, talk: (reports) => iamatTalk(name, reports) };
}

/** So many reports are prepared at once. */
const FILL_REPORTS = 100_000;
const FILL_CONNECTIONS = 50;
const FILL_DEPTH = 100;

/**
 * Makes reports to servers, over which the connections are spread.
 *
 * @returns what came of it, and the last report of each connection
 */
export async function load(
  targets: readonly Target[],
  spec: ReportsSpec,
  options: LoadOptions,
): Promise<Loaded & { readonly lasts: readonly Report[] }> {
  const lanes = makeReports(spec);
  const talks = lanes.flatMap((reports, lane) => {
    const target = targets[lane % targets.length];
    return target === undefined ? [] : [{ port: target.port, talk: target.talk(reports) }];
  });
  const loaded = await runLoad(talks, options);
  return { ...loaded, lasts: lanes.flatMap((reports) => reports.at(-1) ?? []) };
}

/**
 * Has each of the clients from one number up to another report once.
 *
 * @returns the last reports
 */
export async function fill(target: Target, from: number, to: number): Promise<readonly Report[]> {
  let lasts: readonly Report[] = [];
  for (let firstClient = from; firstClient < to; firstClient += FILL_REPORTS) {
    const clients = Math.min(FILL_REPORTS, to - firstClient);
    const connections = Math.min(FILL_CONNECTIONS, clients);
    const spec = { connections, clients, firstClient, reports: clients };
    ({ lasts } = await load([target], spec, { depth: FILL_DEPTH }));
  }
  return lasts;
}
