/** A life of an origin's sequence of records. */
export interface Origin {
  readonly server: string;
  readonly epoch: number;
}

/** What came over a link, as the server at its end says. */
interface LinkDetails {
  readonly neighbour: string;
  /** How many records came, since the server started. */
  readonly received: number;
  /** The origins that the neighbour was asked not to send. */
  readonly pruned: readonly Origin[];
}

/** A record, and how it came to a server. Times are RFC 3339, to the nanosecond. */
interface ArrivedRecord extends Origin {
  readonly sequence: number;
  readonly receivedAt: string;
  readonly arrivals: readonly {
    readonly neighbour: string;
    readonly at: string;
    readonly news: boolean;
  }[];
}

/** What a server alone knows: the answer of `GET /v1/server`. */
export interface ServerDetails {
  readonly server: string;
  readonly vector: readonly (Origin & { readonly sequence: number })[];
  readonly links: readonly LinkDetails[];
  readonly arrivals: readonly ArrivedRecord[];
}

/** What a server said of itself, and when it was asked, in milliseconds of the page. */
export interface Answered {
  readonly atMs: number;
  readonly details: ServerDetails;
}

/** What the servers said last, and the time before that. */
export type DetailsTable = ReadonlyMap<
  string,
  { readonly now: Answered; readonly before: Answered | undefined }
>;

/** What one direction of a link carries. */
export interface Direction {
  /** Records a second; `undefined`: nobody says. */
  readonly rate: number | undefined;
  /** Whether what it would carry is left out, since others bring it first. */
  readonly isPruned: boolean;
}

/**
 * What goes from a server to its neighbour, by what that one says.
 *
 * @param origins the present epochs of the origins that are asked about; who is at either end does not count
 */
export function directionOf(
  table: DetailsTable,
  from: string,
  to: string,
  origins: readonly Origin[],
): Direction {
  const known = table.get(to);
  const link = linkIn(known?.now, from);
  if (known === undefined || link === undefined) return { rate: undefined, isPruned: false };
  const asked = origins.filter(({ server }) => server !== from && server !== to);
  const isPruned =
    asked.length > 0 &&
    asked.every(({ server, epoch }) =>
      link.pruned.some((each) => each.server === server && each.epoch === epoch),
    );
  const before = linkIn(known.before, from);
  const seconds = known.before === undefined ? 0 : (known.now.atMs - known.before.atMs) / 1000;
  const isRate = before !== undefined && seconds > 0 && link.received >= before.received;
  return { rate: isRate ? (link.received - before.received) / seconds : undefined, isPruned };
}

function linkIn(answered: Answered | undefined, neighbour: string): LinkDetails | undefined {
  return answered?.details.links.find((link) => link.neighbour === neighbour);
}

/** What a server has of an origin, beside the most that any server has of it. */
export interface VectorRow {
  readonly origin: string;
  readonly sequence: number;
  readonly most: number;
}

/**
 * A server's version vector against the others', of the present epochs of the origins.
 *
 * @param origins with the sequence number of the last record that each said to have accepted, for where it is not asked itself
 */
export function vectorRows(
  table: DetailsTable,
  server: string,
  origins: readonly (Origin & { readonly sequence: number })[],
): VectorRow[] {
  return origins.map((origin) => {
    const all = [...table.values()].map(({ now }) => sequenceOf(now.details, origin));
    const own = table.get(server)?.now.details;
    const sequence = own === undefined ? 0 : sequenceOf(own, origin);
    const said = table.has(origin.server) ? 0 : origin.sequence;
    return { origin: origin.server, sequence, most: Math.max(sequence, said, ...all) };
  });
}

function sequenceOf({ vector }: ServerDetails, { server, epoch }: Origin): number {
  return vector.find((each) => each.server === server && each.epoch === epoch)?.sequence ?? 0;
}
