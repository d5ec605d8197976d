import { isLoopback } from '../transport/address.ts';
import type { HerdConfig } from './config/herd-config.ts';
import type { AccessValues, ServerValues } from './config/schema.ts';
import { gatewaysOf, hasGateway } from './gateway-addresses.ts';
import { quote } from './program-words.ts';

/** Where a token for the examples goes. */
const TOKEN_FILE = 'me.token';

/**
 * Commands to try unchanged, for a user who has just started a herd: a report, a query at another
 * server, and what HTTP has of it.
 *
 * @param program what runs a command of this program
 * @param file the configuration, as it was named on the command line
 */
export function tryNext(config: HerdConfig, program: string, file: string | undefined): string {
  const servers = [...config.servers];
  const [first, last] = [servers[0], servers.at(-1)];
  if (first === undefined || last === undefined) return '';
  const named = file === undefined ? '' : ` --config ${quote(file)}`;
  const asks = [first, last].some(([, server]) => isAsked(config.access, 'clients', server));
  const asksGateway = servers.some(([, server]) => isAsked(config.access, 'gateway', server));
  const token = ` --token-file ${TOKEN_FILE}`;
  const send = (server: string, command: string): string =>
    `${program} send ${quote(server)} ${command}${asks ? token : ''}${named}`;
  const lines = [
    send(first[0], `"IAMAT me +34.068930-118.445127 $(date +%s)"`),
    send(last[0], `'WHATSAT me 10 5'`),
  ];
  if (asks || asksGateway) {
    lines.unshift(
      `(umask 077 && ${program} token create --client me --read me${named} > ${TOKEN_FILE})`,
    );
  }
  if (hasGateway(config)) lines.push(`${program} watch${asksGateway ? token : ''}${named}`);
  const { command, note } = gatewayLine(config, asksGateway);
  const indented = [...lines, ...command].map((line) => `  ${line}\n`);
  return `\nTry next, in another terminal:\n${indented.join('')}${note}`;
}

/** Where the dashboard is; nothing where no server has a gateway. */
export function dashboardLine(config: HerdConfig): string {
  if (!hasGateway(config)) return '';
  const [{ baseUrl } = { baseUrl: '' }] = gatewaysOf(config, undefined);
  return `\nThe dashboard: ${baseUrl}/\n`;
}

/** A request that everybody may make and `curl` trusts, else where the gateway is. */
function gatewayLine(
  config: HerdConfig,
  asksGateway: boolean,
): { readonly command: readonly string[]; readonly note: string } {
  if (!hasGateway(config)) return { command: [], note: '' };
  const [{ baseUrl } = { baseUrl: '' }] = gatewaysOf(config, undefined);
  if (config.gatewayTls !== undefined) {
    return { command: [], note: `The HTTP gateway is described at ${baseUrl}/v1/openapi.json\n` };
  }
  const path = asksGateway ? '/v1/openapi.json' : '/v1/clients/me';
  return { command: [`curl ${baseUrl}${path}`], note: '' };
}

function isAsked(
  access: AccessValues | undefined,
  port: 'clients' | 'gateway',
  server: ServerValues,
): boolean {
  if (access === undefined) return false;
  const address = port === 'clients' ? server.clients : server.gateway;
  const isLocal = address === undefined || address === 'none' || isLoopback(address.host);
  return access[port] === 'always' || (access[port] === 'beyond-loopback' && !isLocal);
}
