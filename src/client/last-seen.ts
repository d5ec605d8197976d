/** When a client was last seen, with or without a location. */
export interface LastSeen {
  /** The client's ID. */
  readonly client: string;
  /** When a server last received anything of it (RFC 3339); a sign of life within 30 seconds of that may not count. */
  readonly lastSeenAt: string;
  /** What it said last, 0 to 100. */
  readonly batteryPercent?: number;
  readonly charging?: boolean;
}

/** Where it may stand. */
interface MaySay {
  readonly lastSeenAt?: unknown;
  readonly batteryPercent?: unknown;
  readonly charging?: unknown;
}

/** Reads it out of a location, a problem or an event; `undefined` where it is not in there. */
export function readLastSeen(client: string, members: MaySay): LastSeen | undefined {
  const { lastSeenAt, batteryPercent, charging } = members;
  if (typeof lastSeenAt !== 'string') return undefined;
  return {
    client,
    lastSeenAt,
    ...(typeof batteryPercent === 'number' ? { batteryPercent } : {}),
    ...(typeof charging === 'boolean' ? { charging } : {}),
  };
}
