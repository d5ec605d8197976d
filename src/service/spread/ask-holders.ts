import type { Elsewhere } from '../../replication/elsewhere.ts';

/** How often a query is repeated at other servers if one does not answer. */
const MAX_TRIES = 3;

/** A question to servers that hold clients: of each those of some partitions. */
export interface HoldersQuestion<T> {
  /** What this server has to say. */
  readonly take: (partitions: ReadonlySet<number>) => Promise<T>;
  /** What another server has to say. */
  readonly ask: (server: string, partitions: ReadonlySet<number>) => Promise<T>;
}

/**
 * Asks a holder of each partition, all at once. Where one does not answer, all is asked anew: who did not is not among the
 * holders any more.
 *
 * @param self this server's name
 * @throws where there is a partition that nobody answers for
 */
export async function askHolders<T>(
  elsewhere: Pick<Elsewhere, 'holders'>,
  self: string,
  { take, ask }: HoldersQuestion<T>,
): Promise<T[]> {
  for (let tries = 1; ; tries++) {
    const asked = [...elsewhere.holders()].map(([server, partitions]) =>
      server === self ? take(partitions) : ask(server, partitions),
    );
    const answers = await Promise.allSettled(asked);
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed === undefined) {
      return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    }
    if (tries === MAX_TRIES) throw failed.reason;
  }
}
