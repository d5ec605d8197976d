import { parentPort } from 'node:worker_threads';

import { CliError } from '../errors.ts';
import { parseAccessFile } from './access-file.ts';
import type { ParseResult, ParseTask } from './parse-aside.ts';

/* Checks an access file on a thread of its own, and ends. */

function parse({ name, text }: ParseTask): ParseResult {
  try {
    return { rules: parseAccessFile(name, text) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { faults: error.lines };
  }
}

parentPort?.once('message', (task: ParseTask) => {
  parentPort?.postMessage(parse(task), []);
});
