import { Worker } from 'node:worker_threads';

import type { AccessRules } from '../../access/rules.ts';
import { CliError } from '../errors.ts';

/** Beside this module, or beside the bundle that it is in: see scripts/bundle.mjs. */
const WORKER = new URL('./access-worker.js', import.meta.url);

/** What the worker is given. */
export interface ParseTask {
  readonly name: string;
  readonly text: string;
}

/** What it answers. */
export type ParseResult = { readonly rules: AccessRules } | { readonly faults: readonly string[] };

/**
 * What `parseAccessFile` does, on a thread of its own: with thousands of tokens it takes seconds, in which a
 * server has to go on serving.
 *
 * @throws {CliError} `CONFIG`, with every fault and its line
 */
export async function parseAside(name: string, text: string): Promise<AccessRules> {
  const task: ParseTask = { name, text };
  const result = await new Promise<ParseResult>((resolve, reject) => {
    const worker = new Worker(WORKER);
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.postMessage(task, []);
  });
  if ('rules' in result) return result.rules;
  throw new CliError('CONFIG', result.faults);
}
