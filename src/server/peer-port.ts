import type { Links } from '../replication/flood/links.ts';
import type { ChannelServer } from '../transport/channel.ts';
import type { TcpChannels } from '../transport/tcp-channels.ts';

/**
 * The most connections to the peer port at once: several for each neighbour that there can be,
 * while old ones die. Those that have yet to prove themselves count. Beyond it new ones are closed.
 */
export const MAX_PEER_CONNECTIONS = 128;

/** The port that neighbours connect to. */
export function createPeerPort(links: Links, channels: TcpChannels): ChannelServer {
  return channels.createServer(MAX_PEER_CONNECTIONS, (open) => links.accept(open));
}
