import type { Benchmark } from './harness/benchmark.ts';
import { journal } from './journal.ts';
import { journalStart } from './journal-start.ts';
import { placesLatency } from './places-latency.ts';
import { savings } from './savings.ts';
import { startup } from './startup.ts';

/** All benchmarks, in the order in which they are listed. */
export const BENCHMARKS: readonly Benchmark[] = [
  startup,
  journal,
  journalStart,
  savings,
  placesLatency,
];
