import { converge, type Missing } from '../support/convergence.ts';
import { Faults, type FaultCounts, type FaultPace } from '../support/faults.ts';
import { DIAGRAM } from '../support/herd.ts';
import { Ledger } from '../support/ledger.ts';
import { Load } from '../support/load.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { pause } from '../support/pause.ts';
import { RelayedHerd } from '../support/relayed-herd.ts';
import { percentile } from '../support/statistics.ts';
import { probe } from './probe.ts';
import { slopePerHour, type Sample } from './slope.ts';

const CLIENTS = 50;
/** Some hundreds of reports a second. */
const MOST_THINK_MS = 200;
/** A client in two hundred hangs up after a report and comes back as another one. */
const CHURN = 0.005;
/** Shorter than a server is stopped for at times, and longer than one takes that is not. */
const CLIENT_PATIENCE_MS = 1000;

/** Kills are few, so that a process lives long enough to show what it loses. */
const PACE: FaultPace = {
  betweenKills: [120_000, 240_000],
  down: [0, 2000],
  betweenStops: [10_000, 30_000],
  stopped: [50, 4500],
  betweenLinkFaults: [5_000, 15_000],
  linkFaulty: [50, 4500],
  killsAtAnyTime: false,
};

export interface SoakOptions {
  readonly minutes: number;
  /** It goes on for longer, if need be, until servers were looked at so often. */
  readonly looks: number;
  readonly seed: number;
  /** Between two looks at each server, in milliseconds. */
  readonly everyMs: number;
  /** What is seen of a process in so many milliseconds after its start is not used. */
  readonly warmUpMs: number;
}

/** A figure of all servers over the run. */
export interface Trend {
  readonly unit: string;
  readonly median: number | undefined;
  readonly max: number | undefined;
  readonly slopePerHour: number | undefined;
}

/** What came of a run. */
export interface SoakReport {
  readonly minutes: number;
  readonly seed: number;
  readonly answered: number;
  /** How many clients there were in the end. */
  readonly clients: number;
  readonly faults: Readonly<FaultCounts>;
  readonly memory: Trend;
  readonly handles: Trend;
  readonly delay: Trend;
  readonly lost: readonly Missing[];
  readonly crashes: readonly string[];
}

/** Runs the five servers for long, with a journal and a log, under load, churn and faults. */
export async function runSoak(options: SoakOptions, stop: AbortSignal): Promise<SoakReport> {
  const { servers, links = [] } = DIAGRAM;
  const settings = { data: './data', logs: './logs' };
  await using herd = await RelayedHerd.make({ servers, links, settings });
  await herd.serveAll();
  const ledger = new Ledger();
  const faults = new Faults(herd, ledger, PACE);
  const load = new Load(herd, ledger, {
    clients: CLIENTS,
    mostThinkMs: MOST_THINK_MS,
    churn: CHURN,
    patienceMs: CLIENT_PATIENCE_MS,
    seed: options.seed,
  });
  const samples = { memory: [], handles: [], delay: [] } satisfies Record<string, Sample[]>;
  const ending = new AbortController();
  const sampling = sample(herd, options, samples, AbortSignal.any([stop, ending.signal]));
  const faulting = faults.run(options.seed);
  try {
    await Promise.race([enough(options, samples, stop), faulting, sampling]);
  } finally {
    ending.abort();
    faults.stop();
    await Promise.allSettled([faulting, sampling]);
    await load.stop();
  }
  await Promise.all([faulting, sampling]);
  stop.throwIfAborted();
  const { missing } = await converge(herd, ledger.snapshot(), PATIENCE_MS);
  return {
    minutes: options.minutes,
    seed: options.seed,
    answered: ledger.answers,
    clients: ledger.clients,
    faults: faults.counts,
    memory: trend('MiB', samples.memory),
    handles: trend('descriptors', samples.handles),
    delay: trend('ms', samples.delay),
    lost: missing,
    crashes: herd.crashes,
  };
}

type Samples = Readonly<Record<'memory' | 'handles' | 'delay', Sample[]>>;

/** Waits until the time is over and there were looks enough, or until `stop`. */
async function enough(
  { minutes, looks, everyMs }: SoakOptions,
  { delay }: Samples,
  stop: AbortSignal,
): Promise<void> {
  await pause(minutes * 60_000, stop);
  while (delay.length < looks && (await pause(everyMs, stop)));
}

async function sample(
  herd: RelayedHerd,
  { everyMs, warmUpMs }: SoakOptions,
  { memory, handles, delay }: Samples,
  stop: AbortSignal,
): Promise<void> {
  const firstSeen = new Map<string, number>();
  while (await pause(everyMs, stop)) {
    for (const server of herd.servers) {
      const found = await probe(herd, server);
      if (found === undefined) continue;
      const now = performance.now();
      const { life } = found;
      const since = firstSeen.get(life) ?? now;
      firstSeen.set(life, since);
      if (now - since < warmUpMs) continue;
      const at = now / 1000;
      memory.push({ life, at, value: found.memory });
      handles.push({ life, at, value: found.handles });
      if (found.delay !== undefined) delay.push({ life, at, value: found.delay });
    }
  }
}

function trend(unit: string, samples: readonly Sample[]): Trend {
  const values = samples.map(({ value }) => value);
  return {
    unit,
    median: percentile(values, 0.5),
    max: percentile(values, 1),
    slopePerHour: slopePerHour(samples),
  };
}
