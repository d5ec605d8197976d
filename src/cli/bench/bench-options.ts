import { percent, positive, time, usage, wholeNumber } from '../option-values.ts';
import type { TargetOptions } from '../send/target.ts';

/** The command's options, as they were typed. */
export interface BenchOptions extends TargetOptions {
  readonly connections: string;
  readonly depth?: string;
  readonly clients: string;
  readonly duration?: string;
  readonly count?: string;
  readonly rate?: string;
  readonly questions: string;
  readonly askUpstream?: boolean;
  readonly keep?: boolean;
  readonly deadline?: string;
  readonly json?: boolean;
  readonly tokenFile?: string;
}

/** The options as numbers. */
export interface BenchNumbers {
  readonly connections: number;
  readonly depth: number;
  readonly clients: number;
  readonly durationMs: number;
  readonly count: number;
  readonly ratePerSecond: number | undefined;
  readonly questionShare: number;
  readonly deadlineMs: number | undefined;
}

/** Each takes a descriptor and some memory; this only keeps out a slip of the keyboard. */
const MOST_CONNECTIONS = 20_000;
/** Commands in flight on one connection: as many as a server may be configured for. */
const MOST_DEPTH = 10_000;
/** As many as a herd takes by default. */
const MOST_CLIENTS = 1_000_000;
const MOST_COUNT = 1e12;
/** What no server does; this only keeps out a slip of the keyboard. */
const MOST_RATE = 10_000_000;
const DEFAULT_DURATION_MS = 10_000;
/** In a closed loop, one that waits for its reply; in an open one, what a server has in flight by default. */
const DEFAULT_DEPTH = { closed: 1, open: 100 };

/** Reads the options. @throws {CliError} `USAGE` */
export function readBenchOptions(options: BenchOptions): BenchNumbers {
  const { duration, count, rate, depth, questions, deadline } = options;
  const connections = wholeNumber('connections', options.connections, MOST_CONNECTIONS);
  const clients = wholeNumber('clients', options.clients, MOST_CLIENTS);
  if (clients < connections) {
    throw usage(`found ${clients} clients and ${connections} connections, expected a client each`);
  }
  const defaultMs = count === undefined ? DEFAULT_DURATION_MS : Infinity;
  const ratePerSecond = rate === undefined ? undefined : positive('rate', rate, MOST_RATE);
  const defaultDepth = ratePerSecond === undefined ? DEFAULT_DEPTH.closed : DEFAULT_DEPTH.open;
  return {
    connections,
    clients,
    depth: depth === undefined ? defaultDepth : wholeNumber('depth', depth, MOST_DEPTH),
    durationMs: duration === undefined ? defaultMs : time('duration', duration),
    count: count === undefined ? Infinity : wholeNumber('count', count, MOST_COUNT),
    ratePerSecond,
    questionShare: percent('questions', questions) / 100,
    deadlineMs: deadline === undefined ? undefined : time('deadline', deadline),
  };
}
