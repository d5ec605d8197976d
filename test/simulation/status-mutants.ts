import type { Mutant } from './mutant.ts';

/** Faults in what servers say of themselves. */
export const STATUS_MUTANTS: readonly Mutant[] = [
  {
    name: 'a status is not sent on',
    slow: true,
    file: 'replication/statuses/statuses.js',
    find: 'if (isNews)',
    replace: 'if (false)',
  },
  {
    name: 'any status takes the place of what is known',
    seed: 2,
    slow: true,
    file: 'replication/statuses/status-table.js',
    find: 'known !== undefined && !isNewer(heard.status, known.status)',
    replace: 'false',
  },
  {
    name: 'a server whose clock was set back goes on with statuses that nobody takes',
    seed: 5,
    slow: true,
    file: 'replication/statuses/statuses.js',
    find: 'this.#epoch = status.epoch + 1;',
    replace: '',
  },
  {
    name: 'a server is reachable as long as it is remembered',
    seed: 17,
    slow: true,
    file: 'replication/statuses/reachable.js',
    find: 'if (end !== undefined && isSilent(end))\n                continue;\n            if (isUp || isLater)',
    replace: 'if (true)',
  },
];
