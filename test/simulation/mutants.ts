/** A deliberate fault in the built code, which the simulation must find. */
export interface Mutant {
  readonly name: string;
  /** The built file, below `dist/`. */
  readonly file: string;
  /** A text that stands in it once, and what takes its place. */
  readonly find: string;
  readonly replace: string;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a cursor skips the change after one that moved',
    file: 'locations/change-feed.js',
    find: 'cursor.entry = entry.previous',
    replace: 'cursor.entry = entry.next',
  },
  {
    name: 'a cursor that is opened skips one',
    file: 'locations/change-feed.js',
    find: 'entry.number > number)',
    replace: 'entry.number > number + 1)',
  },
  {
    name: 'what is older is taken in and forwarded',
    file: 'locations/store.js',
    find: 'if (order < 0)',
    replace: 'if (order < -1)',
  },
  {
    name: 'a tie is broken by arrival',
    file: 'locations/location.js',
    find: 'if (a.origin !== b.origin)\n        return a.origin < b.origin ? -1 : 1;',
    replace: 'if (a.origin !== b.origin)\n        return 1;',
  },
  {
    name: 'a client clock that runs ahead counts',
    file: 'locations/location.js',
    find: 'time: earlier(at.clientTime, at.receivedTime)',
    replace: 'time: at.clientTime',
  },
  {
    name: 'a neighbour resumes whatever the epoch',
    file: 'locations/feed-history.js',
    find: 'return life === undefined ? 0 :',
    replace: 'return life === undefined ? position.number :',
  },
  {
    name: 'a neighbour resumes after changes that were lost',
    file: 'locations/feed-history.js',
    find: 'Math.min(position.number, life.number)',
    replace: 'position.number',
  },
  {
    name: 'a lost link is not dialled again',
    file: 'herd/link-keeper.js',
    find: '() => this.dial())',
    replace: '() => {})',
  },
  {
    name: 'a neighbour that started again is thought to hold what it sent before',
    file: 'herd/neighbour.js',
    find: 'change.number > this.#doubtUpTo &&',
    replace: '',
  },
  {
    name: 'a neighbour is thought to hold what is newer than what it sent',
    file: 'locations/store.js',
    find: 'entry.heldBy = heldBy;',
    replace: 'entry.heldBy |= heldBy;',
  },
  {
    name: 'silence is not noticed',
    file: 'herd/link.js',
    find: 'this.#missedBeats >= MAX_MISSED_BEATS',
    replace: 'false',
  },
  {
    name: 'a link is written to although it is not drained',
    file: 'herd/link.js',
    find: "this.#state.kind !== 'up' || !this.#drained",
    replace: "this.#state.kind !== 'up'",
  },
  {
    name: 'one change in seven is not sent',
    file: 'herd/link.js',
    find: 'if (!neighbour.holds(change))',
    replace: 'if (!neighbour.holds(change) && change.number % 7 !== 0)',
  },
  {
    name: 'a neighbour is said to have been read further than it was',
    file: 'herd/link.js',
    find: 'neighbour.readTo(message.number);\n                if',
    replace: 'neighbour.readTo(message.number + 1);\n                if',
  },
  {
    name: 'what came twice goes round for ever',
    file: 'locations/store.js',
    find: 'entry.heldBy |= heldBy;\n',
    replace: 'this.#feed.append(entry);\n',
  },
  {
    name: 'what was sent counts as confirmed',
    file: 'herd/link.js',
    find: 'this.#asked = sent;',
    replace: 'this.#asked = sent; this.#confirmed = sent;',
  },
  {
    name: 'a write that failed is not written again',
    file: 'locations/journal.js',
    find: 'this.#cursor = store.openAfter(this.#kept.head);',
    replace: 'this.#cursor = store.openAfter(store.head);',
  },
  {
    name: 'the journal claims a batch before it is on disk',
    file: 'locations/journal.js',
    find: 'await storage.write(batch);\n        }\n        catch',
    replace:
      'this.#written = batch.state.head; await storage.write(batch);\n        }\n        catch',
  },
  {
    name: 'what a journal kept does not get into the feed',
    file: 'locations/store.js',
    find: 'this.#feed.prepend(entry);',
    replace: ';',
  },
  {
    name: 'what was forgotten is taken in again',
    file: 'locations/store.js',
    find: "if (this.#isForgotten(location))\n            return 'older';",
    replace: '',
  },
];
