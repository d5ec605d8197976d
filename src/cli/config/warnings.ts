import { formatAddress, isLoopback } from '../../transport/address.ts';
import { connectedGroups } from '../../replication/topology.ts';
import type { HerdConfig } from './herd-config.ts';

/** What is allowed and works, but is probably not meant. */
export function warningsOf(config: HerdConfig): string[] {
  return [
    ...splitHerd(config),
    ...bridges(config),
    ...unreachablePeers(config),
    ...readableTokens(config),
  ];
}

function splitHerd({ servers, links, replication }: HerdConfig): string[] {
  if (replication.engine === 'nats') return [];
  const groups = connectedGroups([...servers.keys()], links);
  if (groups.length <= 1) return [];
  const parts = groups.map((group) => group.join(', ')).join(' | ');
  return [`the herd is in ${groups.length} parts that are not linked with each other: ${parts}`];
}

/** Links whose loss splits the herd: found by leaving each out, since a herd is small. */
function bridges({ servers, links, replication }: HerdConfig): string[] {
  if (replication.engine === 'nats') return [];
  const names = [...servers.keys()];
  const whole = connectedGroups(names, links).length;
  return links
    .filter(
      (link) =>
        connectedGroups(
          names,
          links.filter((other) => other !== link),
        ).length > whole,
    )
    .map(([a, b]) => `without the link ${a} - ${b} the herd falls in two`);
}

const EVERY_ADDRESS = new Set(['0.0.0.0', '::']);

/** A neighbour dials what its own configuration says, and that is a way to itself. */
function unreachablePeers({ servers }: HerdConfig): string[] {
  return [...servers]
    .filter(([, { peers }]) => EVERY_ADDRESS.has(peers.host))
    .map(
      ([name, { peers }]) =>
        `servers.${name}.peers: neighbours on other machines cannot dial ${formatAddress(peers)}`,
    );
}

/** An eavesdropper can use a token that crosses a network unencrypted. */
function readableTokens({ access, clientTls, servers }: HerdConfig): string[] {
  if (access === undefined || access.clients === 'never' || clientTls !== undefined) return [];
  return [...servers]
    .filter(([, { clients }]) => !isLoopback(clients.host))
    .map(
      ([name]) => `servers.${name}.clients: tokens cross the network unencrypted without clientTls`,
    );
}
