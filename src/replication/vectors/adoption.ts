import type { SequenceNumbers } from './sequence-numbers.ts';

/** What a neighbour said of itself at a heartbeat, by which it had sent all that it was to send. */
export interface Checkpoint {
  /** Its version vector: it had each record up to these numbers, or a newer one of the client. */
  readonly vector: SequenceNumbers;
  /** No record that it had has a greater sequence number in its origin. */
  readonly highest: SequenceNumbers;
  /** The origins that it may not have sent, since it was asked to prune them. */
  readonly pruned: ReadonlySet<number>;
}

/**
 * What a server may claim, given what its neighbours claim of themselves: the highest of what those that
 * stream an origin to it have of it.
 *
 * The trap: a neighbour that streams origin R passes over R's report 5 where S's report 9 of the same
 * client superseded it, and where S is pruned on that link it sends neither. So a checkpoint counts only
 * together with others that account for all that the neighbour had of its pruned origins: none of it
 * may be beyond what is claimed in the end. Then follow the client's newest record from server to server:
 * each is strictly newer than the one before, so it ends at one that was streamed here.
 *
 * @param own this server's version vector
 * @param neighbours of each linked neighbour its last checkpoints, the newest one last
 * @returns the version vector that may be claimed; not less than `own` in any place
 */
export function adopt(
  own: SequenceNumbers,
  neighbours: readonly (readonly Checkpoint[])[],
): SequenceNumbers {
  let picks = neighbours.map((checkpoints) => ({ checkpoints, at: checkpoints.length - 1 }));
  for (;;) {
    const picked = picks.flatMap(({ checkpoints, at }) => checkpoints[at] ?? []);
    const claimed = claim(own, picked);
    // Where the newest does not fit, an older one may.
    const fitting = picks.map(({ checkpoints, at }) => {
      const checkpoint = checkpoints[at];
      const fits = checkpoint === undefined || isAccountedFor(checkpoint, claimed);
      return { checkpoints, at: fits ? at : at - 1 };
    });
    if (fitting.every(({ at }, index) => at === picks[index]?.at)) return claimed;
    picks = fitting;
  }
}

function claim(own: SequenceNumbers, checkpoints: readonly Checkpoint[]): SequenceNumbers {
  const claimed = own.copy();
  for (const { vector, pruned } of checkpoints) {
    for (let origin = 0; origin < vector.length; origin++) {
      if (!pruned.has(origin)) claimed.raise(origin, vector.of(origin));
    }
  }
  return claimed;
}

/** Whether all that a neighbour may not have sent is claimed. */
function isAccountedFor({ highest, pruned }: Checkpoint, claimed: SequenceNumbers): boolean {
  for (const origin of pruned) {
    if (highest.of(origin) > claimed.of(origin)) return false;
  }
  return true;
}
