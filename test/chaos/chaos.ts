import type { Acknowledge } from '#src/server/options.js';
import { converge, type Missing } from '../support/convergence.ts';
import { Faults, type FaultCounts, type FaultPace } from '../support/faults.ts';
import { DIAGRAM } from '../support/herd.ts';
import { Ledger } from '../support/ledger.ts';
import { Load } from '../support/load.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { pause } from '../support/pause.ts';
import { RelayedHerd } from '../support/relayed-herd.ts';
import { RoamingSubscribers, type Roamed } from '../support/roaming-subscribers.ts';
import { percentile } from '../support/statistics.ts';

const CLIENTS = 50;
/** Some two thousand reports a second in all: a herd at work, not one that is swamped. */
const MOST_THINK_MS = 40;
/** A client in some hundreds goes on under a new ID: what it last said under the old one has to last. */
const CHURN = 0.003;
/** Shorter than a server is stopped for at times, and longer than one takes that is not. */
const CLIENT_PATIENCE_MS = 1000;

/** Stops and faults of links last for less and for more than the 3 s after which a link is given up. */
export const PACE: Omit<FaultPace, 'killsAtAnyTime'> = {
  betweenKills: [200, 1500],
  down: [0, 2000],
  betweenStops: [500, 3000],
  stopped: [50, 4500],
  betweenLinkFaults: [100, 1500],
  linkFaulty: [50, 4500],
};

const LOOK_EVERY_MS = 100;

export interface ChaosOptions {
  readonly seconds: number;
  /** It goes on for longer, if need be, until there were so many faults of each kind. */
  readonly faultsOfEachKind: number;
  readonly seed: number;
  /** How many follow the live updates, each from server to server. */
  readonly subscribers: number;
  readonly acknowledge: Acknowledge;
  /** As in the configuration; relative paths are relative to the herd's temporary folder. */
  readonly data: string;
  readonly logs: string;
}

/** What came of a run. */
export interface ChaosReport {
  readonly seed: number;
  readonly seconds: number;
  readonly acknowledge: Acknowledge;
  readonly data: string;
  /** Reports that were answered. */
  readonly answered: number;
  /** How many client IDs there were. */
  readonly clients: number;
  /** Conversations that a client had to break off, by cause. */
  readonly troubles: Readonly<Record<string, number>>;
  readonly faults: Readonly<FaultCounts>;
  /** Promises that are not kept in the end. */
  readonly lost: readonly Missing[];
  /** What subscribers of live updates met with. */
  readonly roamed: Roamed;
  /** What servers ended with that nobody had ended. */
  readonly crashes: readonly string[];
  /**
   * From when the last fault was undone until a server was seen to have a client's newest answered
   * report, over all servers and clients, in milliseconds.
   */
  readonly convergedMs: Readonly<Record<'p50' | 'p99' | 'max', number | undefined>>;
}

/**
 * Runs the five servers of the diagram under load and faults.
 *
 * @param stop ends the run early
 * @throws where a server gave a wrong reply, or the herd did not agree between two faults
 */
export async function runChaos(options: ChaosOptions, stop: AbortSignal): Promise<ChaosReport> {
  const { servers, links = [] } = DIAGRAM;
  const { acknowledge, data, logs } = options;
  await using herd = await RelayedHerd.make({
    servers,
    links,
    settings: { acknowledge, data, logs },
    hasGateways: options.subscribers > 0,
  });
  await herd.serveAll();
  const ledger = new Ledger();
  const faults = new Faults(herd, ledger, {
    ...PACE,
    killsAtAnyTime: acknowledge === 'journaled' || acknowledge === 'replicated',
  });
  const load = new Load(herd, ledger, {
    clients: CLIENTS,
    mostThinkMs: MOST_THINK_MS,
    churn: CHURN,
    patienceMs: CLIENT_PATIENCE_MS,
    seed: options.seed,
    mayBeUnpromised: acknowledge === 'replicated',
  });
  const subscribers = new RoamingSubscribers(herd, options.subscribers, options.seed);
  const faulting = faults.run(options.seed);
  try {
    await Promise.race([enough(options, faults.counts, stop), faulting]);
  } finally {
    faults.stop();
    await Promise.allSettled([faulting]);
    await load.stop();
    await subscribers.stop();
  }
  await faulting;
  stop.throwIfAborted();
  const promised = ledger.snapshot();
  const { seenAt, missing } = await converge(herd, promised, PATIENCE_MS);
  const roamed = await subscribers.settle(promised, PATIENCE_MS);
  const took = seenAt.map((moment) => moment - faults.undoneAt);
  return {
    seed: options.seed,
    seconds: options.seconds,
    acknowledge,
    data,
    answered: ledger.answers,
    clients: ledger.clients,
    troubles: countBy(load.troubles.map(({ code }) => code)),
    faults: faults.counts,
    lost: missing,
    roamed,
    crashes: herd.crashes,
    convergedMs: {
      p50: percentile(took, 0.5),
      p99: percentile(took, 0.99),
      max: Math.max(...took),
    },
  };
}

/** Waits until the time is over and there were faults enough, or until `stop`. */
async function enough(
  { seconds, faultsOfEachKind }: ChaosOptions,
  counts: Readonly<FaultCounts>,
  stop: AbortSignal,
): Promise<void> {
  await pause(seconds * 1000, stop);
  const few = (): boolean => Object.values(counts).some((count) => count < faultsOfEachKind);
  while (few() && (await pause(LOOK_EVERY_MS, stop)));
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
