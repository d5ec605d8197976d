import { setTimeout as delay } from 'node:timers/promises';

import { phoneSchema, type PhoneAnswer } from '../../gateway/api/phone-schema.ts';
import { warningsOf } from '../../gateway/ingest/set-up.ts';
import { parseClientId, CLIENT_EXPECTED } from '../../protocol/client-id.ts';
import { word } from '../config/faults.ts';
import { loadConfig } from '../config/load.ts';
import { parseDuration } from '../config/values.ts';
import { CliError } from '../errors.ts';
import { reachableUrls } from '../gateway-addresses.ts';
import { openGateway, type GatewayClient, type GatewayOptions } from '../gateway-client.ts';
import { GatewayError } from '../gateway-error.ts';
import { print, printMessage } from '../output.ts';
import { arrivedOf, checklist, describeArrived, type Arrived } from '../phone/describe-phone.ts';
import { requireApp } from '../phone/require-app.ts';
import type { Signals } from '../signals.ts';

/** How often servers are asked, in milliseconds. */
const ASK_EVERY_MS = 500;
/** What came so long ago is news, in seconds: who runs this has often had the phone report just before. */
const NEWS_SECONDS = 60;
/** The longest wait, in milliseconds. */
const MAX_WAIT_MS = 86_400_000;

export interface PhoneTestOptions extends GatewayOptions {
  readonly app?: string;
  readonly wait: string;
  readonly json?: boolean;
}

/**
 * Waits until a phone's report was stored, and prints what came of it; what comes and is of no use meanwhile, too.
 *
 * @throws {CliError} `FAILED` where none was stored in time, with what came or what to look at
 */
export async function testPhone(
  client: string,
  options: PhoneTestOptions,
  signals: Pick<Signals, 'stopped'>,
): Promise<void> {
  const waitMs = readArguments(client, options);
  const gateway = await openGateway(options, process.env, '--operate');
  const stopping = new AbortController();
  void signals.stopped.then(() => stopping.abort());
  try {
    const watch = new PhoneWatch(gateway.each, client, options);
    const heard = await watch.until(performance.now() + waitMs, stopping.signal);
    if (heard !== undefined) await print(textOf(heard, options.json === true));
    else if (stopping.signal.aborted) throw new CliError('FAILED', []); // who stopped it knows why
    else throw await notHeard(client, options, watch.lost);
  } finally {
    await gateway.close();
  }
}

/** @returns how long to wait, in milliseconds */
function readArguments(client: string, { app, wait }: PhoneTestOptions): number {
  if (parseClientId(client) === undefined) {
    throw new CliError('USAGE', [`found the client ${word(client)}, expected ${CLIENT_EXPECTED}`]);
  }
  if (app !== undefined) requireApp(app);
  const waitMs = parseDuration(wait);
  if (waitMs !== undefined && waitMs <= MAX_WAIT_MS) return waitMs;
  throw new CliError('USAGE', [
    `found --wait ${word(wait)}, expected a duration up to 1d, for example 60s`,
  ]);
}

/** Looks at all gateways for what comes from a phone. */
class PhoneWatch {
  readonly #gateways: readonly GatewayClient[];
  readonly #path: string;
  readonly #app: string | undefined;
  /** What was told, so that it is told once: by when it came, in whole seconds of this process' clock. */
  readonly #told = new Set<string>();
  /** What came last and was not stored. */
  lost: string | undefined;

  constructor(gateways: readonly GatewayClient[], client: string, { app }: PhoneTestOptions) {
    this.#gateways = gateways;
    this.#path = `/v1/clients/${encodeURIComponent(client)}/phone`;
    this.#app = app;
  }

  /** Resolves to what was stored; to `undefined` when the deadline is over, or at the signal. */
  async until(deadline: number, signal: AbortSignal): Promise<Arrived | undefined> {
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      const arrived = arrivedOf(await this.#ask(isFirst, signal), this.#app);
      const news = arrived.filter(({ what }) => what.secondsAgo <= NEWS_SECONDS);
      const stored = news.find(({ kind }) => kind === 'stored');
      if (stored !== undefined) return stored;
      for (const each of news.toReversed()) this.#tell(each);
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return undefined;
      if (isFirst) {
        const seconds = Math.ceil(leftMs / 1000);
        printMessage(`waiting up to ${seconds} s for a report: have the app report now`);
      }
      await delay(Math.min(ASK_EVERY_MS, leftMs), undefined, { signal }).catch(() => undefined);
    }
    return undefined;
  }

  /** What the servers say that can be reached. @throws {GatewayError} where at first none can, or one refuses */
  async #ask(isFirst: boolean, signal: AbortSignal): Promise<PhoneAnswer[]> {
    const outcomes = await Promise.allSettled(
      this.#gateways.map(async (gateway) => {
        const answer = phoneSchema.safeParse(await gateway.json(this.#path, { signal }));
        if (answer.success) return answer.data;
        throw new GatewayError('foreign', [`${gateway.where} does not say what came from phones`]);
      }),
    );
    const answers: PhoneAnswer[] = [];
    const failures: unknown[] = [];
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') answers.push(outcome.value);
      else failures.push(outcome.reason);
    }
    if (signal.aborted) return answers;
    for (const failure of failures) {
      const isPassing = failure instanceof GatewayError && failure.kind === 'unreachable';
      if (!isPassing || (isFirst && answers.length === 0)) throw failure;
      if (isFirst) printMessage(`cannot see what arrives there: ${failure.lines[0]}`);
    }
    return answers;
  }

  #tell(arrived: Arrived): void {
    const { kind, server, what } = arrived;
    const seconds = Math.round(performance.now() / 1000) - what.secondsAgo;
    const text = describeArrived(arrived);
    this.lost = text;
    // Its age is rounded, so one arrival may seem to come a second earlier or later.
    const key = (second: number): string => `${second} ${kind} ${server} ${what.app}`;
    if ([seconds - 1, seconds, seconds + 1].some((second) => this.#told.has(key(second)))) return;
    this.#told.add(key(seconds));
    printMessage(text);
  }
}

function textOf(heard: Arrived, isJson: boolean): string {
  if (!isJson) return `${describeArrived(heard)}\n`;
  return `${JSON.stringify({ server: heard.server, ...heard.what })}\n`;
}

/** Says what to do where nothing was stored. */
async function notHeard(
  client: string,
  { config: file, gateway, wait }: PhoneTestOptions,
  lost: string | undefined,
): Promise<CliError> {
  const nothing = `nothing of ${client} was stored within ${wait}`;
  if (lost !== undefined) {
    return new CliError('FAILED', [`${nothing}; the last message: ${lost}`]);
  }
  const urls = gateway === undefined ? reachableUrls(await loadConfig(file)) : [gateway];
  const [url = ''] = urls;
  return new CliError('FAILED', [
    `${nothing}, and nothing arrived`,
    ...warningsOf(url),
    ...checklist(client, url),
  ]);
}
