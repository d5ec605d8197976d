import type { Address } from '../herd/topology.ts';
import type { PlacesOptions } from '../places/options.ts';

/** How the end of a command is told: by its LF alone, or by 200 ms of silence as well. */
export type Framing = 'line' | 'idle';

/** A neighbouring server and where its peer port is. */
export interface NeighbourAddress {
  readonly name: string;
  readonly peers: Address;
}

/** All that one server of a herd is told at its start. Nothing in it is optional: defaults are the command line's. */
export interface ServerOptions {
  /** The herd's name; only servers of the same herd link. */
  readonly herd: string;
  /** This server's name. */
  readonly name: string;
  /** Where clients connect. Port 0 asks the system for a free one. */
  readonly clients: Address;
  /** Where neighbours connect. Port 0 asks the system for a free one. */
  readonly peers: Address;
  readonly neighbours: readonly NeighbourAddress[];
  readonly framing: Framing;
  readonly places: PlacesOptions;
  /** The path of this server's log file; its folder is made. `undefined` keeps no log. */
  readonly logFile: string | undefined;
}
