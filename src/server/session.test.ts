import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';

import { ClientSession, MAX_COMMANDS_IN_FLIGHT } from './session.ts';

/** A session whose commands wait until the test answers them, but for those that begin with `now`. */
class Bench {
  readonly session: ClientSession;
  /** How often the session asked to be worked on. */
  wakes = 0;
  /** The commands that have been begun. */
  readonly begun: string[] = [];
  readonly #waiting = new Map<string, { answer(reply: string): void; callOff(): void }>();

  constructor() {
    this.session = new ClientSession(
      ({ text }) => this.#answer(text),
      () => (this.wakes += 1),
    );
  }

  receive(text: string): void {
    this.session.receive(Buffer.from(text, 'latin1'));
    this.session.work();
  }

  /** Answers a command that waits, with its own text. */
  async answer(command: string): Promise<void> {
    this.#waiting.get(command)?.answer(`${command}\n`);
    await setImmediate();
  }

  async callOff(command: string): Promise<void> {
    this.#waiting.get(command)?.callOff();
    await setImmediate();
  }

  #answer(command: string): string | Promise<string> {
    this.begun.push(command);
    if (command.startsWith('now')) return `${command}\n`;
    return new Promise((resolve, reject) => {
      const callOff = (): void => reject(new Error('called off'));
      this.#waiting.set(command, { answer: resolve, callOff });
    });
  }
}

/** `count` commands: their names, and the text that sends them. */
function commands(count: number, prefix = ''): { names: string[]; text: string } {
  const names = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  return { names, text: names.map((name) => `${name}\n`).join('') };
}

describe('replies', () => {
  test('that are ready in one turn go out in one write', () => {
    const bench = new Bench();
    bench.receive('now 1\nnow 2\n');
    assert.equal(bench.session.takeReplies(), 'now 1\nnow 2\n');
    assert.equal(bench.session.takeReplies(), '');
  });

  test('go out first done, first out: a command that waits holds up no later one', async () => {
    const bench = new Bench();
    bench.receive('slow\nfast\nnow\n');
    assert.equal(bench.session.takeReplies(), 'now\n');
    await bench.answer('fast');
    assert.equal(bench.session.takeReplies(), 'fast\n');
    await bench.answer('slow');
    assert.equal(bench.session.takeReplies(), 'slow\n');
  });

  test('that are ready later are announced', async () => {
    const bench = new Bench();
    bench.receive('slow\n');
    assert.equal(bench.wakes, 0);
    await bench.answer('slow');
    assert.equal(bench.wakes, 1);
  });

  test('that become ready together do not interleave', async () => {
    const bench = new Bench();
    bench.receive('slow 1\nslow 2\n');
    await Promise.all([bench.answer('slow 2'), bench.answer('slow 1')]);
    assert.equal(bench.session.takeReplies(), 'slow 2\nslow 1\n');
  });

  test('that were called off are none', async () => {
    const bench = new Bench();
    bench.receive('slow\nother');
    bench.session.receiveEnd();
    bench.session.work();
    await bench.callOff('slow');
    await bench.answer('other');
    assert.equal(bench.session.takeReplies(), 'other\n');
    assert.ok(bench.session.done);
  });
});

describe('commands', () => {
  test('beyond 100 in flight wait, and go on when one is done', async () => {
    const bench = new Bench();
    const { names, text } = commands(MAX_COMMANDS_IN_FLIGHT + 50);
    bench.receive(text);
    assert.ok(bench.session.busy);
    assert.deepEqual(bench.begun, names.slice(0, MAX_COMMANDS_IN_FLIGHT));

    await bench.answer('7');
    assert.equal(bench.session.busy, false);
    assert.equal(bench.wakes, 1);
    bench.session.work();
    assert.deepEqual(bench.begun, names.slice(0, MAX_COMMANDS_IN_FLIGHT + 1));
    assert.ok(bench.session.busy);
  });

  test('are all answered where more than 100 wait at the end of the stream', async () => {
    const bench = new Bench();
    const { names, text } = commands(MAX_COMMANDS_IN_FLIGHT + 50);
    bench.receive(text);
    bench.session.receiveEnd();
    let replies = '';
    for (const name of names) {
      await bench.answer(name);
      bench.session.work();
      replies += bench.session.takeReplies();
    }
    assert.equal(replies, text);
    assert.ok(bench.session.done);
  });

  test('beyond 1000 are left to the next turn, which is asked for', () => {
    const bench = new Bench();
    const { names, text } = commands(2500, 'now ');
    bench.receive(text);
    assert.deepEqual(bench.begun, names.slice(0, 1000));
    assert.equal(bench.wakes, 1);
    bench.session.work();
    bench.session.work();
    assert.deepEqual(bench.begun, names);
    assert.equal(bench.wakes, 2);
  });

  test('end with the stream where they have no LF', () => {
    const bench = new Bench();
    bench.receive('now');
    assert.deepEqual(bench.begun, []);
    assert.ok(bench.session.unfinished);
    bench.session.receiveEnd();
    bench.session.work();
    assert.deepEqual(bench.begun, ['now']);
    assert.equal(bench.session.unfinished, false);
  });

  test('are read no more once the session stops, and those read are answered', async () => {
    const bench = new Bench();
    bench.receive('slow\nunfinished');
    bench.session.stop();
    bench.receive('\nlate\n');
    assert.deepEqual(bench.begun, ['slow']);
    assert.equal(bench.session.done, false);
    await bench.answer('slow');
    assert.equal(bench.session.takeReplies(), 'slow\n');
    assert.ok(bench.session.done);
  });
});

describe('a session is done', () => {
  test('when the client has ended, all is answered, and the replies have been taken', async () => {
    const bench = new Bench();
    bench.receive('slow');
    assert.equal(bench.session.done, false);
    bench.session.receiveEnd();
    assert.equal(bench.session.done, false, 'what was received has not been read');
    bench.session.work();
    assert.equal(bench.session.done, false, 'a command waits');
    await bench.answer('slow');
    assert.equal(bench.session.done, false, 'a reply is to be sent');
    bench.session.takeReplies();
    assert.ok(bench.session.done);
  });

  test('not while the client may send more', () => {
    const bench = new Bench();
    bench.receive('now\n');
    bench.session.takeReplies();
    assert.equal(bench.session.done, false);
  });

  test('when a client ends that never said anything', () => {
    const bench = new Bench();
    bench.session.receiveEnd();
    bench.session.work();
    assert.ok(bench.session.done);
    assert.deepEqual(bench.begun, []);
  });
});
