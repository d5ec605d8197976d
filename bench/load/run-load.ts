import { startBusyMeter } from '#src/cli/bench/busy-meter.js';
import { Speaker } from './speaker.ts';
import type { Talk } from './talk.ts';

/** What came of a load. */
export interface Loaded {
  /** The time from the first request to the last reply. */
  readonly seconds: number;
  /** Replies a second in that time. */
  readonly rate: number;
  /**
   * How much of that time this process, which makes the load, was busy, in per cent of one core: its
   * event loop or its processor time, whichever was more. Near 100 the rate says how fast the load is
   * made, and not how fast it is borne.
   */
  readonly generator: number;
  /** How long each reply took, in milliseconds; none where it was not to be noted. */
  readonly took: Float64Array;
}

/** How a load is made. */
export interface LoadOptions {
  /** Requests of one connection that wait for their reply at any time. */
  readonly depth: number;
  /** Whether each reply's time is noted. */
  readonly timed?: boolean;
}

/** Has each talk said on a connection of its own to its port. Throws where a reply is wrong. */
export async function runLoad(
  talks: readonly { readonly port: number; readonly talk: Talk }[],
  { depth, timed = false }: LoadOptions,
): Promise<Loaded> {
  const speakers = await Promise.all(
    talks.map(({ port, talk }) => Speaker.connect(port, talk, depth, timed)),
  );
  try {
    const busy = startBusyMeter();
    const started = performance.now();
    await Promise.all(speakers.map((speaker) => speaker.say()));
    const seconds = (performance.now() - started) / 1000;
    const generator = busy() * 100;
    const replies = talks.reduce((sum, { talk }) => sum + talk.ends.length, 0);
    const took = Float64Array.from(speakers.flatMap((speaker) => [...speaker.took]));
    return { seconds, rate: replies / seconds, generator, took };
  } finally {
    for (const speaker of speakers) speaker.close();
  }
}
