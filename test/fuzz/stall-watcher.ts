import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { keepFinding } from './corpus.ts';
import { INPUT_OFFSET, LENGTH_INDEX, type WatchData } from './stall-watch.ts';

/** An input that runs so long hangs, in milliseconds: the slowest take some hundredths of it. */
const STALLED_AFTER_MS = 30_000;
const LOOK_EVERY_MS = 1000;

const { corpus, kind, shared } = workerData as WatchData;
const counters = new Int32Array(shared, 0, 2);
let seen = -1;
let looks = 0;

setInterval(() => {
  const counter = Atomics.load(counters, 0);
  looks = counter === seen && counter % 2 === 1 ? looks + 1 : 0;
  seen = counter;
  if (looks * LOOK_EVERY_MS < STALLED_AFTER_MS) return;
  const input = Buffer.from(shared, INPUT_OFFSET, counters[LENGTH_INDEX]).toString('latin1');
  const file = keepFinding(corpus, kind, input);
  writeSync(2, `${kind}: an input runs for ${STALLED_AFTER_MS} ms and more\nthe input: ${file}\n`);
  process.kill(process.pid, 'SIGKILL'); // the other thread takes no messages
}, LOOK_EVERY_MS);
