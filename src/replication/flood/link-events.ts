import type { LagChange } from './lag-watch.ts';
import type { LinkCause } from './messages.ts';

/** What there is to know of a server's links while it runs. */
export interface LinkEvents {
  onLinkUp(neighbour: string, dialled: boolean): void;
  onLinkDown(neighbour: string, cause: LinkCause): void;
  /** A connection did not become a link; `neighbour` where it is known who it was. */
  onLinkFailed(neighbour: string | undefined, cause: LinkCause): void;
  /** This server lags behind an origin, or a neighbour behind it, for long; or that is over. */
  onLag(change: LagChange): void;
}
