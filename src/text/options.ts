/** What ends a command: its LF alone, or 200 ms of silence as well. */
export type Framing = 'line' | 'idle';

/** What the client port bears. Each bound is there so that no client can take what others need. */
export interface ClientLimits {
  /** The most connections in all; further ones are closed. */
  readonly connections: number;
  /** The most connections from one address; further ones are closed. */
  readonly connectionsPerAddress: number;
  /** The most commands of one connection that wait for their answer; meanwhile no more are read. */
  readonly commandsInFlight: number;
  /** How long a connection may be idle until it is closed, in milliseconds: nothing sent, no reply awaited. 0: for ever. */
  readonly idleMs: number;
  /** How long replies may wait unread until the connection is closed, in milliseconds. 0: for ever. */
  readonly unreadMs: number;
  /** Commands a second from one address, and how many at once; `undefined`: as many as come. */
  readonly rate: { readonly perSecond: number; readonly burst: number } | undefined;
}
