import { setTimeout as wait } from 'node:timers/promises';
import { herdSchema, type HerdAnswer } from '../../gateway/api/herd-schema.ts';
import { parseDuration } from '../config/values.ts';
import { CliError } from '../errors.ts';
import { openGateway, type GatewayClient, type GatewayOptions } from '../gateway-client.ts';
import { GatewayError } from '../gateway-error.ts';
import { print } from '../output.ts';
import type { Signals } from '../signals.ts';
import { formatHerd } from '../status/format-herd.ts';
import { BLANK_SCREEN, drawing } from '../status/screen.ts';
import { hasColour, styleOf } from '../style.ts';

/** How often the status is asked for where nothing else is said, in milliseconds: as often as servers say it. */
const WATCH_MS = 2000;
/** More often nothing changes that anybody could read; less often is for `cron`. */
const WATCH_LIMITS_MS = { least: 100, most: 3_600_000 };
/** What a terminal shows at least, where it does not say how much that is. */
const USUAL_SCREEN = { columns: 80, rows: 24 };

/** The flags of `token create` with which a token may ask for the status. */
const MUST_HAVE = '--operate';

export interface StatusOptions extends GatewayOptions {
  readonly json?: boolean;
  /** How often to ask again; true: at the usual interval; `undefined`: once. */
  readonly watch?: string | true;
}

/** Prints how the servers of the herd are, by what one of them knows; once, or again and again until it is stopped. */
export async function status(options: StatusOptions, signals: Signals): Promise<void> {
  const intervalMs = options.watch === undefined ? undefined : readInterval(options.watch);
  const gateway = await openGateway(options, process.env, MUST_HAVE);
  try {
    const isJson = options.json === true;
    if (intervalMs !== undefined) await watch(gateway, intervalMs, isJson, signals);
    else {
      const ended = stopSignal(signals);
      const answer = await unlessStopped(askHerd(gateway, ended), ended);
      if (answer !== undefined) await print(textOf(answer, gateway.where, isJson ? 2 : undefined));
    }
  } finally {
    await gateway.close();
  }
}

/** A number of seconds, or a duration with its unit, in milliseconds. */
function readInterval(text: string | true): number {
  if (text === true) return WATCH_MS;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : (parseDuration(text) ?? 0);
  if (ms >= WATCH_LIMITS_MS.least && ms <= WATCH_LIMITS_MS.most) return ms;
  throw new CliError('USAGE', [
    `found --watch ${text}, expected seconds from 0.1 to 3600, or a duration such as 500ms`,
  ]);
}

/**
 * Asks again and again. A herd that cannot be asked for a moment is waited for, once it has answered; each
 * answer takes the place of the one before on a terminal, and follows it elsewhere.
 */
async function watch(
  gateway: GatewayClient,
  intervalMs: number,
  isJson: boolean,
  signals: Signals,
): Promise<void> {
  const ended = stopSignal(signals);
  const isDrawn = process.stdout.isTTY && !isJson;
  let count = 0;
  while (!ended.aborted) {
    const text = await unlessStopped(textNow(gateway, count > 0, isJson, ended), ended);
    if (text === undefined) break;
    if (isDrawn) await print((count === 0 ? BLANK_SCREEN : '') + drawing(text, screenSize()));
    else await print(count > 0 && !isJson ? `\n${text}` : text);
    count += 1;
    await wait(intervalMs, undefined, { signal: ended }).catch(() => undefined);
  }
  if (isDrawn && count > 0) await print('\n'); // below what the terminal shows of Ctrl-C
}

/** @param hasAnswered whether the herd has answered before, so that one that does not now is waited for */
async function textNow(
  gateway: GatewayClient,
  hasAnswered: boolean,
  isJson: boolean,
  signal: AbortSignal,
): Promise<string> {
  try {
    return textOf(await askHerd(gateway, signal), gateway.where, isJson ? 0 : undefined);
  } catch (error) {
    const isPassing = error instanceof GatewayError && error.kind === 'unreachable';
    if (!hasAnswered || !isPassing) throw error;
    return isJson ? `${JSON.stringify({ error: error.message })}\n` : `${error.message}\n`;
  }
}

/** @throws {GatewayError} where there is no answer, or it is not that of a herd */
async function askHerd(gateway: GatewayClient, signal: AbortSignal): Promise<HerdAnswer> {
  const answer = herdSchema.safeParse(await gateway.json('/v1/herd', { signal }));
  if (answer.success) return answer.data;
  throw new GatewayError('foreign', [
    `${gateway.where} says something else of the herd than this version expects`,
  ]);
}

/** @param indent of JSON; `undefined` for tables */
function textOf(answer: HerdAnswer, where: string, indent: number | undefined): string {
  if (indent !== undefined) return `${JSON.stringify(answer, null, indent)}\n`;
  return formatHerd(answer, where, styleOf(hasColour(process.stdout, process.env)));
}

function screenSize(): { columns: number; rows: number } {
  const { columns, rows } = process.stdout;
  return { columns: columns || USUAL_SCREEN.columns, rows: rows || USUAL_SCREEN.rows };
}

function stopSignal(signals: Signals): AbortSignal {
  const stopping = new AbortController();
  void signals.stopped.then(() => stopping.abort());
  return stopping.signal;
}

/** What comes, or `undefined` where this process was asked to stop meanwhile. */
async function unlessStopped<T>(coming: Promise<T>, ended: AbortSignal): Promise<T | undefined> {
  try {
    return await coming;
  } catch (error) {
    if (ended.aborted) return undefined;
    throw error;
  }
}
