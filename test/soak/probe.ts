import { readdir, readFile } from 'node:fs/promises';
import { CallError, Caller } from '../support/caller.ts';
import type { RelayedHerd } from '../support/relayed-herd.ts';

const KIB_A_MIB = 1024;
/** A server that is stopped by a fault does not answer: then there is nothing to learn of its loop. */
const ANSWER_WITHIN_MS = 2000;

/** What a running server takes. */
export interface Probe {
  /** The process, as the name of a life. */
  readonly life: string;
  /** Resident memory, in MiB. */
  readonly memory: number;
  /** Open file descriptors. */
  readonly handles: number;
  /**
   * How long a command that is no command waits for its answer, in milliseconds: the delay of the
   * event loop as a client meets it. `undefined` where there was none.
   */
  readonly delay: number | undefined;
}

/** Looks at one server, from outside; `undefined` where it is down or stopped. Needs `/proc`. */
export async function probe(herd: RelayedHerd, server: string): Promise<Probe | undefined> {
  const pid = herd.pid(server);
  if (pid === undefined || herd.state(server) !== 'running') return undefined;
  try {
    const [status, handles] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8'),
      readdir(`/proc/${pid}/fd`),
    ]);
    const kib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
    if (!Number.isFinite(kib)) return undefined; // it is ending
    const delay = await answerDelay(herd, server);
    return { life: `${server} ${pid}`, memory: kib / KIB_A_MIB, handles: handles.length, delay };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function answerDelay(herd: RelayedHerd, server: string): Promise<number | undefined> {
  let caller: Caller | undefined;
  try {
    caller = await Caller.open(herd.clients(server), ANSWER_WITHIN_MS);
    const start = performance.now();
    await caller.ask('PING', ANSWER_WITHIN_MS);
    return performance.now() - start;
  } catch (error) {
    if (error instanceof CallError) return undefined;
    throw error;
  } finally {
    caller?.close();
  }
}
