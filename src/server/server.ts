import { randomBytes } from 'node:crypto';

import { Links } from '../herd/links.ts';
import { TcpChannels } from '../herd/tcp.ts';
import type { Address } from '../herd/topology.ts';
import { LocationStore } from '../locations/store.ts';
import { createNearbySearch } from '../places/nearby-search.ts';
import { answer } from './answer.ts';
import { ClientPort } from './client-port.ts';
import { ListenError, type PortKind } from './errors.ts';
import { logLinks } from './link-log.ts';
import { NO_LOG, openLog } from './log.ts';
import type { ServerOptions } from './options.ts';
import { PeerPort } from './peer-port.ts';
import { Turn } from './turn.ts';
import { createWallClock } from './wall-clock.ts';
import { createWorld } from './world.ts';

/** How long a stopping server waits for answers that are under way, in milliseconds. */
const GRACE_MS = 500;
/** The random bytes of an epoch: two the same would have a neighbour miss changes. */
const EPOCH_BYTES = 12;
/** A running member of a herd. */
export interface HerdServer {
  /** Where it listens for clients, with the port that the system chose where 0 was asked. */
  readonly clients: Address;
  /** Where it listens for neighbours. */
  readonly peers: Address;
  /** Opens the log file anew, for the one that was renamed. */
  reopenLog(): void;
  /** Stops: listeners first, then what is under way is answered within a bound, then all is closed. */
  close(): Promise<void>;
}

/**
 * Starts one server of a herd.
 *
 * @param onTrouble told in words of what does not stop the server but wants a person's attention
 * @throws {ListenError} where a port cannot be listened on
 * @throws {LogError} where the log file cannot be opened
 */
export async function startServer(
  options: ServerOptions,
  onTrouble: (detail: string) => void,
): Promise<HerdServer> {
  const { herd, name, logFile } = options;
  const log = logFile === undefined ? NO_LOG : await openLog(logFile, onTrouble);
  const wake = (): void => turn.request();

  const store = new LocationStore(randomBytes(EPOCH_BYTES).toString('hex'));
  const channels = new TcpChannels(wake);
  const world = createWorld(options.neighbours, channels, wake);
  const neighbours = options.neighbours.map((neighbour) => neighbour.name);
  const links = new Links({ herd, server: name, neighbours }, store, world, logLinks(log));
  const peerPort = new PeerPort(links, channels);

  const stopping = new AbortController();
  const search = createNearbySearch(options.places, {
    onFault: (fault) => log.write({ event: 'places-fault', ...fault }),
  });
  const now = createWallClock();
  const parts = { server: name, store, search, now, signal: stopping.signal };
  const clientPort = new ClientPort({
    framing: options.framing,
    answer: (line) => answer(line, parts),
    log,
    wake,
  });

  // Links come before clients, both in and out: a client that has its reply and asks a neighbour
  // next finds its location there.
  const turn = new Turn([
    () => channels.work(),
    () => clientPort.work(),
    () => links.flush(),
    () => clientPort.flush(),
  ]);

  const close = async (): Promise<void> => {
    const peersClosed = peerPort.close();
    await clientPort.close(GRACE_MS);
    stopping.abort();
    links.stop();
    await peersClosed;
    log.write({ event: 'stop' });
    await log.close();
  };

  const listenOn = (kind: PortKind, port: ClientPort | PeerPort): Promise<Address> =>
    port.listen(options[kind]).catch((error: NodeJS.ErrnoException) => {
      throw new ListenError(name, kind, options[kind], error);
    });
  let peers: Address;
  let clients: Address;
  try {
    peers = await listenOn('peers', peerPort);
    clients = await listenOn('clients', clientPort);
  } catch (error) {
    await close();
    throw error;
  }
  log.write({ event: 'start', herd, server: name, clients, peers, pid: process.pid });
  links.start();
  return { clients, peers, reopenLog: () => log.reopen(), close };
}
