import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { eventually, eventuallyTrue } from './eventually.ts';
import type { TestHerd } from './herd.ts';

const eventSchema = z.looseObject({
  time: z.iso.datetime({ precision: 3 }),
  level: z.enum(['info', 'warn', 'error']),
  event: z.string(),
});

/** A line of a server's log. */
type LoggedEvent = z.infer<typeof eventSchema>;

/**
 * The events in a log file, each of which has to be a line of JSON. A line without its LF is still
 * being written, and left out.
 */
export async function readLog(file: string): Promise<LoggedEvent[]> {
  const text = await readFile(file, 'utf8');
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => eventSchema.parse(JSON.parse(line)));
}

/** Those of the events that have all the wanted properties. */
export function having(
  events: readonly LoggedEvent[],
  wanted: Readonly<Record<string, unknown>>,
): LoggedEvent[] {
  return events.filter((event) =>
    Object.entries(wanted).every(([name, value]) => isDeepStrictEqual(event[name], value)),
  );
}

/** Waits until a server has logged `count` events that have all the wanted properties; returns them. */
export function untilLogged(
  herd: TestHerd,
  server: string,
  wanted: Readonly<Record<string, unknown>>,
  count = 1,
): Promise<LoggedEvent[]> {
  return eventually(`${server} logs ${JSON.stringify(wanted)} ${count} times`, async () => {
    const found = having(await readLog(herd.logFile(server)), wanted);
    return found.length >= count ? found : undefined;
  });
}

/** Waits until a server's log says that its link to a neighbour is up, or is not. */
export async function untilLink(
  herd: TestHerd,
  server: string,
  neighbour: string,
  state: 'link-up' | 'link-down',
): Promise<void> {
  await eventuallyTrue(`${server} logs ${state} for ${neighbour}`, async () => {
    const events = having(await readLog(herd.logFile(server)), { neighbour });
    return events.findLast(({ event }) => /^link-(up|down)$/.test(event))?.event === state;
  });
}
