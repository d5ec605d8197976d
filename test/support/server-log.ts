import { open } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { eventually, eventuallyTrue } from './eventually.ts';
import type { TestHerd } from './herd.ts';
import { IS_ON_NATS } from './replication.ts';

const eventSchema = z.looseObject({
  time: z.iso.datetime({ precision: 3 }),
  level: z.enum(['info', 'warn', 'error']),
  event: z.string(),
});

/** A line of a server's log. */
type LoggedEvent = z.infer<typeof eventSchema>;

/**
 * Reads a log file again and again: each look takes in what was added since the one before. Every line has
 * to be one of JSON; one without its LF is still being written, and left for the next look.
 */
class LogReader {
  readonly #file: string;
  #inode: number | undefined;
  #readBytes = 0;
  #events: LoggedEvent[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  /** All events in the file; of a file that another has taken the place of, those of the new one. */
  async look(): Promise<readonly LoggedEvent[]> {
    const file = await open(this.#file);
    try {
      const { ino, size } = await file.stat();
      if (ino !== this.#inode) [this.#inode, this.#readBytes, this.#events] = [ino, 0, []];
      const added = Buffer.alloc(size - this.#readBytes);
      await file.read(added, 0, added.length, this.#readBytes);
      const lines = added.subarray(0, added.lastIndexOf('\n') + 1);
      this.#readBytes += lines.length;
      for (const line of lines.toString('utf8').split('\n').slice(0, -1)) {
        this.#events.push(eventSchema.parse(JSON.parse(line)));
      }
    } finally {
      await file.close();
    }
    return this.#events;
  }
}

/** The events in a log file. */
export async function readLog(file: string): Promise<readonly LoggedEvent[]> {
  return new LogReader(file).look();
}

/** Waits until a log file has `count` events that have all the wanted properties; returns them. */
export function untilInLog(
  file: string,
  wanted: Readonly<Record<string, unknown>>,
  count = 1,
): Promise<LoggedEvent[]> {
  const log = new LogReader(file);
  return eventually(`${file} has ${JSON.stringify(wanted)} ${count} times`, async () => {
    const found = having(await log.look(), wanted);
    return found.length >= count ? found : undefined;
  });
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

/** The same of a server's log. */
export function untilLogged(
  herd: TestHerd,
  server: string,
  wanted: Readonly<Record<string, unknown>>,
  count = 1,
): Promise<LoggedEvent[]> {
  return untilInLog(herd.logFile(server), wanted, count);
}

/**
 * The ends of links that a server has logged, but for those of links that one end dropped because the other one said
 * nothing for three seconds: a machine that does nothing for so long is no fault of the link's.
 */
export async function brokenLinks(
  herd: TestHerd,
  server: string,
  wanted: { readonly neighbour?: string } = {},
): Promise<LoggedEvent[]> {
  const downs = having(await readLog(herd.logFile(server)), { event: 'link-down', ...wanted });
  const broken: LoggedEvent[] = [];
  for (const down of downs) {
    if (down['code'] === 'silent') continue;
    const neighbours = await readLog(herd.logFile(String(down['neighbour'])));
    const silent = { event: 'link-down', neighbour: server, code: 'silent' };
    if (having(neighbours, silent).length === 0) broken.push(down);
  }
  return broken;
}

/**
 * Waits until a server's log says that its link to a neighbour is up, or is not. On NATS a server is linked with nobody:
 * then it is waited for that it is connected, and not for an end.
 */
export async function untilLink(
  herd: TestHerd,
  server: string,
  neighbour: string,
  state: 'link-up' | 'link-down',
): Promise<void> {
  if (IS_ON_NATS) {
    if (state === 'link-up') await untilLogged(herd, server, { event: 'nats-up' });
    return;
  }
  const log = new LogReader(herd.logFile(server));
  await eventuallyTrue(`${server} logs ${state} for ${neighbour}`, async () => {
    const events = having(await log.look(), { neighbour });
    return events.findLast(({ event }) => /^link-(up|down)$/.test(event))?.event === state;
  });
}
