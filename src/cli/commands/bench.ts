import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { readBenchOptions, type BenchNumbers, type BenchOptions } from '../bench/bench-options.ts';
import {
  benchFailures,
  benchJson,
  benchText,
  benchWarnings,
  progressText,
} from '../bench/bench-report.ts';
import { removeClients } from '../bench/remove-clients.ts';
import { runLoad, type LoadPlan } from '../bench/run-load.ts';
import { findProvider } from '../../places/providers.ts';
import { CliError } from '../errors.ts';
import { hasGateway } from '../gateway-addresses.ts';
import { openGateway, type GatewayClient } from '../gateway-client.ts';
import { print, printMessage } from '../output.ts';
import { authenticate, readTokenFile } from '../send/authenticate.ts';
import { dial } from '../send/dial.ts';
import { findTarget, readTargets, type Target, type Targets } from '../send/target.ts';
import type { Signals } from '../signals.ts';

/**
 * Makes a load on a running herd and prints how it bore it: over these servers, or all of the configuration.
 *
 * @throws {CliError} `FAILED` where a command had no reply, or one that says that it is invalid
 */
export async function bench(
  names: readonly string[],
  options: BenchOptions,
  signals: Pick<Signals, 'stopped'>,
): Promise<void> {
  const numbers = readBenchOptions(options);
  const { tokenFile, keep = false, json = false } = options;
  const token = tokenFile === undefined ? undefined : await readTokenFile(tokenFile);
  const targets = await readTargets(options);
  requireFreePlaces(targets, numbers, options);
  const servers = names.length === 0 ? targets.all : names.map((name) => findTarget(targets, name));
  const plan = planOf(numbers, targets);
  const gateway = keep ? undefined : await gatewayFor(targets, options);
  warn(plan, targets, gateway !== undefined, keep);
  const { connections } = numbers;
  try {
    const sockets = await connect(servers, connections, token, plan.deadlineMs);
    const loaded = await runLoad(sockets, plan, signals.stopped, showProgress);
    clearProgress();
    const isOpenLoop = plan.ratePerSecond !== undefined;
    await print(json ? benchJson(plan, connections, loaded) : benchText(loaded, isOpenLoop));
    for (const warning of benchWarnings(loaded)) printMessage(warning);
    if (gateway !== undefined) await removeClients(gateway, plan.clients);
    const failures = benchFailures(loaded);
    if (failures.length > 0) throw new CliError('FAILED', failures);
  } finally {
    await gateway?.close();
  }
}

function planOf({ clients, deadlineMs, ...numbers }: BenchNumbers, targets: Targets): LoadPlan {
  // Others may run one too: no two share a client.
  const run = randomBytes(4).toString('hex');
  return {
    ...numbers,
    clients: Array.from({ length: clients }, (_, n) => `bench-${run}-${n}`),
    deadlineMs: deadlineMs ?? targets.deadlineMs,
  };
}

/** What can remove the clients: `undefined` where there is no gateway. */
async function gatewayFor(
  { config }: Targets,
  { config: file, tokenFile }: BenchOptions,
): Promise<GatewayClient | undefined> {
  if (config === undefined || !hasGateway(config)) return undefined;
  const options = {
    ...(file === undefined ? {} : { config: file }),
    ...(tokenFile === undefined ? {} : { tokenFile }),
  };
  return openGateway(options, process.env, "--client 'bench-*'");
}

/** What a load asks an upstream for is paid for, or somebody else's machine bears it. */
function requireFreePlaces(
  { config }: Targets,
  { questionShare }: BenchNumbers,
  { askUpstream = false }: BenchOptions,
): void {
  if (questionShare === 0 || askUpstream) return;
  const provider = config?.places.provider;
  // Where nobody is called, answers cost nobody anything.
  if (provider !== undefined && findProvider(provider)?.atOnce === undefined) return;
  throw new CliError('USAGE', [
    `questions would be passed on to ${provider ?? 'an upstream that is not known here'}, which may cost money: add --ask-upstream where that is meant`,
  ]);
}

function warn(plan: LoadPlan, { config }: Targets, isRemoved: boolean, keep: boolean): void {
  const { clients } = plan;
  const what = `this writes ${clients.length} clients, ${clients[0]} and so on, to ${config?.herd ?? 'the herd'}`;
  if (isRemoved) return printMessage(`${what}; they are removed at the end`);
  const why = keep ? '' : ': there is no gateway that could remove them';
  printMessage(`${what}; they stay until they are forgotten${why}`);
}

/** Spreads the connections over the servers. */
async function connect(
  servers: readonly Target[],
  connections: number,
  token: string | undefined,
  deadlineMs: number,
): Promise<Socket[]> {
  const sockets: Socket[] = [];
  try {
    for (let index = 0; index < connections; index++) {
      const target = servers[index % servers.length];
      if (target === undefined) throw new TypeError('there is a server');
      const socket = await dial(target);
      socket.on('error', () => undefined); // it is seen when it is used
      sockets.push(socket.setNoDelay(true));
      if (token !== undefined) await authenticate(socket, token, target.where, deadlineMs);
    }
    return sockets;
  } catch (error) {
    for (const socket of sockets) socket.destroy();
    throw error;
  }
}

function showProgress(progress: Parameters<typeof progressText>[0]): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${progressText(progress)}`);
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}
