import type { Socket } from 'node:net';
import { BenchCommands, RisingTime } from './bench-commands.ts';
import { startBusyMeter } from './busy-meter.ts';
import { Lane } from './lane.ts';
import { ClosedLoop, OpenLoop, type Schedule } from './schedule.ts';
import { Tally } from './tally.ts';

/** How often what is due is sent, in milliseconds: a timer is no more exact than that. */
const SEND_EVERY_MS = 1;
/** How often progress is shown, in milliseconds. */
const PROGRESS_EVERY_MS = 500;

/** What load is made. */
export interface LoadPlan {
  /** The IDs of the clients, at least one for each connection. */
  readonly clients: readonly string[];
  /** The most commands in flight on one connection. */
  readonly depth: number;
  /** Commands a second in all, whether or not replies come; `undefined`: as fast as replies come. */
  readonly ratePerSecond: number | undefined;
  /** How many of the commands are questions, from 0 to below 1. */
  readonly questionShare: number;
  readonly durationMs: number;
  readonly count: number;
  /** How long nothing may come while something is to come, in milliseconds. */
  readonly deadlineMs: number;
}

/** How a load goes. */
export interface Progress {
  readonly seconds: number;
  readonly inFlight: number;
  readonly tally: Tally;
}

/** What came of a load. */
export interface Loaded {
  /** From the first command to the last reply. */
  readonly seconds: number;
  /** How busy this process was, as a share of one core. */
  readonly busy: number;
  /** Commands that were due, and for which there was no room on their connection until the end. */
  readonly unsent: number;
  readonly tally: Tally;
}

/**
 * Makes a load over connections that are ready for commands, and closes them.
 *
 * @param stopped ends it early; what is in flight is still waited for
 */
export async function runLoad(
  sockets: readonly Socket[],
  plan: LoadPlan,
  stopped: Promise<unknown>,
  onProgress: (progress: Progress) => void,
): Promise<Loaded> {
  const tally = new Tally();
  const startMs = performance.now();
  const schedule = scheduleOf(plan, sockets.length, startMs);
  const busy = startBusyMeter();
  const { promise: settled, resolve: onSettled } = settling();
  const lanes = lanesOf(sockets, plan, schedule, tally, () => {
    // Often asked: what is seldom true comes first.
    const isOver = schedule.isOver(performance.now()) || lanes.every((lane) => lane.isBroken);
    if (isOver && lanes.every((lane) => lane.isSettled)) onSettled();
  });
  void stopped.then(() => schedule.stop(performance.now()));
  const inFlight = (): number => lanes.reduce((sum, lane) => sum + lane.inFlight, 0);
  const send = (): void => lanes.forEach((lane) => lane.send());
  // In a closed loop replies are what makes room for the next commands.
  const sending = plan.ratePerSecond === undefined ? undefined : setInterval(send, SEND_EVERY_MS);
  const watching = setInterval(() => {
    onProgress({ seconds: (performance.now() - startMs) / 1000, inFlight: inFlight(), tally });
  }, PROGRESS_EVERY_MS);
  const endIfSilent = silence(tally, inFlight, plan.deadlineMs, () => {
    for (const lane of lanes) lane.end();
    onSettled();
  });
  try {
    send();
    await settled;
    const nowMs = performance.now();
    const unsent = schedule.due(nowMs) - tally.sent;
    return { seconds: (nowMs - startMs) / 1000, busy: busy(), unsent, tally };
  } finally {
    clearInterval(sending);
    clearInterval(watching);
    clearInterval(endIfSilent);
    for (const lane of lanes) lane.end();
  }
}

function scheduleOf(plan: LoadPlan, lanes: number, startMs: number): Schedule {
  const extent = { startMs, durationMs: plan.durationMs, count: plan.count };
  const { ratePerSecond } = plan;
  return ratePerSecond === undefined
    ? new ClosedLoop(extent)
    : new OpenLoop(ratePerSecond, lanes, extent);
}

function settling(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** Each connection has a share of the clients, so that reports of one client keep their order. */
function lanesOf(
  sockets: readonly Socket[],
  { clients, questionShare, depth }: LoadPlan,
  schedule: Schedule,
  tally: Tally,
  onSettled: () => void,
): Lane[] {
  const time = new RisingTime();
  return sockets.map((socket, index) => {
    const first = Math.floor((index * clients.length) / sockets.length);
    const end = Math.floor(((index + 1) * clients.length) / sockets.length);
    const own = clients.slice(first, end);
    const commands = new BenchCommands(own, first, questionShare, time);
    return new Lane({ index, socket, commands, schedule, tally, depth, onSettled });
  });
}

/** Calls `onSilent` where no reply came for so long though some is to come. */
function silence(
  tally: Tally,
  inFlight: () => number,
  deadlineMs: number,
  onSilent: () => void,
): NodeJS.Timeout {
  let replies = -1;
  let sinceMs = performance.now();
  return setInterval(
    () => {
      const nowMs = performance.now();
      if (tally.replies !== replies || inFlight() === 0) sinceMs = nowMs;
      replies = tally.replies;
      if (nowMs - sinceMs >= deadlineMs) onSilent();
    },
    Math.min(PROGRESS_EVERY_MS, deadlineMs),
  );
}
