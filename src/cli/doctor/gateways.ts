import { herdSchema, type HeardAnswer, type HerdAnswer } from '../../gateway/api/herd-schema.ts';
import { isLoopback } from '../../transport/address.ts';
import { gatewayAddress } from '../config/gateway-address.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { CliError } from '../errors.ts';
import { type GatewayOptions, openGateway, type GatewayClient } from '../gateway-client.ts';
import { clockFinding, clocksOfLinks } from './clocks.ts';
import { Findings, type Finding } from './finding.ts';
import { ANSWER_WITHIN_MS } from './within.ts';

/** The flags of `token create` with which a token may ask for the status. */
const MUST_HAVE = '--operate';

/** The gateway to ask, and the token to show. */
export type GatewayAsking = Pick<GatewayOptions, 'config' | 'tokenFile'>;

/**
 * What gateways say of themselves and of the herd: of the servers that run here, and of those whose gateway is beyond
 * loopback.
 *
 * @param running the servers that run on this machine
 */
export async function gatewayFindings(
  config: HerdConfig,
  running: ReadonlySet<string>,
  asking: GatewayAsking,
  environment: NodeJS.ProcessEnv,
): Promise<Finding[]> {
  const gateways = new Findings('gateways');
  const clocks = new Findings('clocks');
  const asked = Array.from(config.servers, async ([name, values]) => {
    const address = gatewayAddress(values);
    const isAsked = address !== undefined && (running.has(name) || !isLoopback(address.host));
    if (!isAsked) return undefined;
    return askOne(gateways, clocks, name, { ...asking, server: name }, environment);
  });
  const answers = await Promise.all(asked);
  const answer = answers.find((each) => each !== undefined);
  if (answer !== undefined) judgeHerd(gateways, clocks, answer);
  const { gatewayUrl } = config;
  if (gatewayUrl !== undefined) {
    await askHealth(
      gateways,
      undefined,
      'gatewayUrl',
      { ...asking, gateway: gatewayUrl },
      environment,
    );
  }
  return [...clocks.sorted, ...gateways.sorted];
}

/** @returns what the server knows of the herd, where it says that */
async function askOne(
  gateways: Findings,
  clocks: Findings,
  name: string,
  options: GatewayOptions,
  environment: NodeJS.ProcessEnv,
): Promise<HerdAnswer | undefined> {
  if (!(await askHealth(gateways, clocks, name, options, environment))) return undefined;
  return withGateway(options, environment, async (gateway, signal) => {
    try {
      return herdSchema.parse(await gateway.json('/v1/herd', { signal }));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      const remedy = 'its links and clocks were not looked at; name a token with --token-file';
      gateways.warning(name, error.message, remedy);
      return undefined;
    }
  });
}

/** @returns whether it answers */
async function askHealth(
  gateways: Findings,
  clocks: Findings | undefined,
  subject: string,
  options: GatewayOptions,
  environment: NodeJS.ProcessEnv,
): Promise<boolean> {
  return withGateway(options, environment, async (gateway, signal) => {
    try {
      const sentMs = Date.now();
      const { headers, body } = await gateway.request('/healthz', { signal });
      const date = headers.date === undefined ? Number.NaN : Date.parse(headers.date);
      if (clocks !== undefined) clockFinding(clocks, subject, date, sentMs, Date.now());
      body.resume();
      gateways.ok(subject, `answers at ${gateway.where.replace(/^.* at /, '')}`);
      return true;
    } catch (error) {
      if (!(error instanceof CliError) && !signal.aborted) throw error;
      const [reason = ''] =
        error instanceof CliError ? error.lines : [`${gateway.where} does not answer`];
      const remedy =
        subject === 'gatewayUrl'
          ? 'see that the proxy runs and leads to a gateway, and that the name is right; phones use it'
          : 'see its log';
      gateways.wrong(subject, reason, remedy);
      return false;
    }
  });
}

async function withGateway<T>(
  options: GatewayOptions,
  environment: NodeJS.ProcessEnv,
  ask: (gateway: GatewayClient, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const gateway = await openGateway(options, environment, MUST_HAVE);
  try {
    return await ask(gateway, AbortSignal.timeout(ANSWER_WITHIN_MS));
  } finally {
    await gateway.close();
  }
}

/** What one server knows of all: which are unreachable, which links are down, which clocks differ. */
function judgeHerd(gateways: Findings, clocks: Findings, { servers }: HerdAnswer): void {
  const known = servers.filter((each): each is HeardAnswer => each.lastHeardAt !== null);
  for (const { server, state } of servers) {
    if (state === 'reachable') continue;
    gateways.warning(
      server,
      'the rest of the herd does not reach it',
      `start ${server}, or see its links`,
    );
  }
  for (const { server, state, links } of known) {
    for (const { neighbour, up, since } of links) {
      if (up || state !== 'reachable') continue;
      gateways.warning(
        server,
        `its link to ${neighbour} is down since ${since}`,
        'see the log of both',
      );
    }
  }
  clocksOfLinks(clocks, known);
}
