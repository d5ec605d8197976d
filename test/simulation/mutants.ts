/** A deliberate fault in the built code, which the simulation must find. */
export interface Mutant {
  readonly name: string;
  /** The built file, below `dist/`. */
  readonly file: string;
  /** A text that stands in it once, and what takes its place. */
  readonly find: string;
  readonly replace: string;
  /** For the deep tier: it takes more than some twenty runs, or ten seconds, to be found. */
  readonly slow?: true;
  /** Where the algorithm's own model finds it, rather than herds on a network. */
  readonly foundBy?: 'model';
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a cursor skips the change after one that moved',
    slow: true,
    file: 'store/change-feed.js',
    find: 'cursor.slot = before;',
    replace: 'cursor.slot = after;',
  },
  {
    name: 'a cursor that is opened skips one',
    file: 'store/change-feed.js',
    find: 'rows.number(cursor.slot) <= cursor.number)',
    replace: 'rows.number(cursor.slot) <= cursor.number + 1)',
  },
  {
    name: 'what is older is taken in and forwarded',
    file: 'store/store.js',
    find: 'if (order < 0)',
    replace: 'if (order < -1)',
  },
  {
    name: 'a tie is broken by arrival',
    file: 'store/location-table.js',
    find: 'const later = record.receiptSeconds - receiptSeconds;',
    replace: 'const later = 1;',
  },
  {
    name: 'of one time stamp the first report stays',
    file: 'store/location-table.js',
    find: 'const laterNanoseconds = record.receiptNanoseconds - receiptNanoseconds;',
    replace: 'const laterNanoseconds = receiptNanoseconds - record.receiptNanoseconds;',
  },
  {
    name: 'lines that do not stand side by side are sent as if they did',
    slow: true,
    file: 'store/store.js',
    find: 'window.start(number) !== sliceEnd',
    replace: 'sliceEnd === 0',
  },
  {
    name: 'a client clock that runs ahead counts',
    file: 'store/location-table.js',
    find: 'seconds = record.receiptSeconds;\n        nanoseconds = record.receiptNanoseconds;',
    replace: '',
  },
  {
    name: 'a lost link is not dialled again',
    file: 'replication/flood/link-keeper.js',
    find: '() => this.dial())',
    replace: '() => {})',
  },
  {
    name: 'a neighbour is thought to hold what is newer than what it sent',
    file: 'store/store.js',
    find: 'this.#table.rows.setHeldBy(slot, heldBy);',
    replace: 'this.#table.rows.setHeldBy(slot, this.heldBy(slot) | heldBy);',
  },
  {
    name: 'a link at the head has a budget, and replies overtake their reports',
    slow: true,
    file: 'replication/flood/exchange.js',
    find: 'this.#write(Infinity);\n        while (!this.#isAtHead && this.#outlet.isDrained);',
    replace:
      'this.#write(1000);\n        while (false);\n        if (!this.#isAtHead) this.#owner.wake();',
  },
  {
    name: 'a server that stops does not wait for its neighbours',
    slow: true,
    file: 'replication/flood/drain.js',
    find: 'return done;',
    replace: 'return Promise.resolve([]);',
  },
  {
    name: 'a server that stops takes what was sent for held',
    slow: true,
    file: 'replication/flood/drain.js',
    find: 'link.confirmed < head || !link.hasSentAll',
    replace: '!link.hasSentAll',
  },
  {
    name: 'a link whose socket was full does not go on when it is drained',
    file: 'replication/flood/links.js',
    find: 'if (link.sendSome(',
    replace: 'if (link.isAtHead && link.sendSome(',
  },
  {
    name: 'silence is not noticed',
    file: 'replication/flood/heartbeats.js',
    find: 'this.#missed >= MAX_MISSED_HEARTBEATS',
    replace: 'false',
  },
  {
    name: 'a link is written to although it is not drained',
    file: 'replication/flood/exchange.js',
    find: 'return this.#outlet.isDrained;\n    }\n    /** Writes once',
    replace: 'return true;\n    }\n    /** Writes once',
  },
  {
    name: 'one change in seven is not sent',
    file: 'replication/flood/outbound.js',
    find: 'this.#lacks(slot, number) && !this.#isPruned(slot)',
    replace: 'number % 7 !== 0 && this.#lacks(slot, number) && !this.#isPruned(slot)',
  },
  {
    name: 'what came twice goes round for ever',
    slow: true,
    file: 'store/store.js',
    find: 'this.#table.rows.setHeldBy(found, this.heldBy(found) | heldBy);',
    replace: 'this.#feed.append(found);',
  },
  {
    name: 'a server that started again is thought to hold what it sent before',
    file: 'replication/flood/outbound.js',
    find: 'number > this.#head &&',
    replace: '',
  },
  {
    name: 'a neighbour is read on from the last mark, whatever it has',
    file: 'replication/flood/feed-marks.js',
    find: 'vector.covers(highest)',
    replace: 'true',
  },
  {
    name: 'checkpoints are adopted without a look at what was pruned',
    foundBy: 'model',
    file: 'replication/flood/adoption.js',
    find: 'if (highest.of(origin) > claimed.of(origin))',
    replace: 'if (false)',
  },
  {
    name: 'a checkpoint forgets what is pruned',
    foundBy: 'model',
    file: 'replication/flood/inbound.js',
    find: 'new Set(this.#pruned.keys())',
    replace: 'new Set()',
  },
  {
    name: 'what a neighbour has seen counts as what it has all of',
    foundBy: 'model',
    file: 'replication/flood/outbound.js',
    find: 'formatHas(origins.at(origin), sequence, most)',
    replace: 'formatHas(origins.at(origin), most, most)',
  },
  {
    name: 'what a neighbour has all of counts as all that it has seen',
    foundBy: 'model',
    file: 'replication/flood/outbound.js',
    find: 'formatHas(origins.at(origin), sequence, most)',
    replace: 'formatHas(origins.at(origin), sequence, sequence)',
  },
  {
    name: 'a record is claimed with all before it, which did not come',
    foundBy: 'model',
    file: 'replication/flood/vectors.js',
    find: 'sequence === this.vector.of(origin) + 1',
    replace: 'sequence > this.vector.of(origin)',
  },
  {
    name: 'what a server has is claimed before it has been sent',
    foundBy: 'model',
    file: 'replication/flood/exchange.js',
    find: 'if (!this.#isAtHead) {',
    replace: 'if (false) {',
  },
  {
    name: 'what is missing of a pruned origin is not asked for',
    file: 'replication/flood/inbound.js',
    find: 'this.graft(origin);',
    replace: ';',
  },
  {
    name: 'what was pruned is not sent again',
    foundBy: 'model',
    file: 'replication/flood/outbound.js',
    find: 'number > from &&',
    replace: 'number > upTo &&',
  },
  {
    name: 'a server that starts again goes on in an epoch that it had',
    file: 'store/receipts.js',
    find: 'this.#epoch = epoch;',
    replace: 'this.#epoch = 1;',
  },
  {
    name: 'what was sent counts as confirmed',
    slow: true,
    file: 'replication/flood/confirmations.js',
    find: 'this.#asked = sent;',
    replace: 'this.#asked = sent; this.confirmed = sent;',
  },
  {
    name: 'what was forgotten is taken in again',
    file: 'store/store.js',
    find: "if (this.#isToForget(record))\n            return 'older';",
    replace: '',
  },
  {
    name: 'a frame that could not be written is dropped',
    slow: true,
    file: 'journal/write-ahead-log.js',
    find: 'this.#pending ??= this.#take(isAtHead);',
    replace: 'this.#pending = this.#take(isAtHead);',
  },
  {
    name: 'the journal claims a frame before it is synced',
    file: 'journal/write-ahead-log.js',
    find: 'await log.file.sync();',
    replace: '',
  },
  {
    name: 'the journal claims a frame before it is written',
    file: 'journal/write-ahead-log.js',
    find: 'await log.file.write(bytes, log.position);',
    replace: 'this.#noteWritten(frame.covers); await log.file.write(bytes, log.position);',
  },
  {
    name: 'a frame covers what it stops before',
    slow: true,
    file: 'journal/frame-buffer.js',
    find: 'if (isAtHead)\n            this.covers = store.head;',
    replace: 'this.covers = store.head;',
  },
  {
    name: 'the journal claims of the origins what it has not written',
    slow: true,
    file: 'journal/write-ahead-log.js',
    find: 'isAtHead ? this.#parts.vector() : undefined',
    replace: 'this.#parts.vector()',
  },
  {
    name: 'the frame that is being filled is lost when the next log begins',
    file: 'journal/write-ahead-log.js',
    find: 'this.#next = undefined;\n        const rotation',
    replace: 'this.#next = undefined; this.#filling.clear();\n        const rotation',
  },
  {
    name: 'a log is written to before its name is safe',
    file: 'journal/log-file.js',
    find: 'await storage.syncNames();',
    replace: '',
  },
  {
    name: 'a snapshot takes the place of logs before its name is safe',
    slow: true,
    file: 'journal/journal.js',
    find: 'await storage.syncNames();',
    replace: '',
  },
  {
    name: 'a snapshot is not synced',
    file: 'journal/snapshot.js',
    find: 'await file.sync();',
    replace: '',
  },
  {
    name: 'a snapshot leaves out one in seven',
    file: 'journal/snapshot.js',
    find: 'number <= header.head;',
    replace: 'number <= header.head && number % 7 !== 0;',
  },
  {
    name: 'numbers go on where the last log began',
    file: 'journal/open-journal.js',
    find: 'found.map(({ limit }) => limit)',
    replace: 'found.map(({ header }) => header?.head ?? 0)',
  },
  {
    name: 'one in seven of what a journal kept does not get into the store',
    file: 'journal/replay.js',
    find: 'this.#parts.store.replay(record, number);',
    replace: 'if (number % 7 !== 0) this.#parts.store.replay(record, number);',
  },
];
