import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Bench, commands, IN_FLIGHT } from './session-bench.test.ts';
import { MAX_CONNECTION_COMMANDS } from './session.ts';

describe('replies', () => {
  test('that are ready in one tick go out in one write', () => {
    const bench = new Bench();
    bench.receive('now 1\nnow 2\n');
    assert.equal(bench.takeReplies(), 'now 1\nnow 2\n');
    assert.equal(bench.takeReplies(), '');
  });

  test('go out first done, first out: a command that waits holds up no later one', async () => {
    const bench = new Bench();
    bench.receive('slow\nfast\nnow\n');
    assert.equal(bench.takeReplies(), 'now\n');
    await bench.answer('fast');
    assert.equal(bench.takeReplies(), 'fast\n');
    await bench.answer('slow');
    assert.equal(bench.takeReplies(), 'slow\n');
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
    assert.equal(bench.takeReplies(), 'slow 2\nslow 1\n');
  });

  test('that were called off are none', async () => {
    const bench = new Bench();
    bench.receive('slow\nother');
    bench.session.receiveEnd();
    bench.work();
    await bench.callOff('slow');
    await bench.answer('other');
    assert.equal(bench.takeReplies(), 'other\n');
    assert.ok(bench.session.done);
  });
});

describe('commands', () => {
  test('beyond 100 in flight wait, and go on when one is done', async () => {
    const bench = new Bench();
    const { names, text } = commands(IN_FLIGHT + 50);
    bench.receive(text);
    assert.ok(bench.session.busy);
    assert.deepEqual(bench.begun, names.slice(0, IN_FLIGHT));

    await bench.answer('7');
    assert.equal(bench.session.busy, false);
    assert.equal(bench.wakes, 1);
    bench.work();
    assert.deepEqual(bench.begun, names.slice(0, IN_FLIGHT + 1));
    assert.ok(bench.session.busy);
  });

  test('are all answered where more than 100 wait at the end of the stream', async () => {
    const bench = new Bench();
    const { names, text } = commands(IN_FLIGHT + 50);
    bench.receive(text);
    bench.session.receiveEnd();
    let replies = '';
    for (const name of names) {
      await bench.answer(name);
      bench.work();
      replies += bench.takeReplies();
    }
    assert.equal(replies, text);
    assert.ok(bench.session.done);
  });

  test('beyond 512 are left to the next tick, which is asked for', () => {
    const bench = new Bench();
    const { names, text } = commands(1300, 'now ');
    bench.receive(text);
    assert.deepEqual(bench.begun, names.slice(0, MAX_CONNECTION_COMMANDS));
    assert.equal(bench.wakes, 1);
    assert.ok(bench.session.isCutShort);
    assert.ok(bench.session.busy, 'no more is to be read until they are done');
    bench.work();
    bench.work();
    assert.deepEqual(bench.begun, names);
    assert.equal(bench.wakes, 2);
    assert.equal(bench.session.busy, false);
  });

  test('are left to the next tick once replies of 32 KiB are to be sent', () => {
    const bench = new Bench();
    bench.receive('long 1\nlong 2\nlong 3\nlong 4\n');
    assert.deepEqual(bench.begun, ['long 1', 'long 2']);
    assert.ok(bench.session.busy);
    assert.equal(bench.wakes, 1);
    bench.work();
    assert.equal(bench.begun.length, 4);
  });

  test('end with the stream where they have no LF', () => {
    const bench = new Bench();
    bench.receive('now');
    assert.deepEqual(bench.begun, []);
    assert.ok(bench.session.unfinished);
    bench.session.receiveEnd();
    bench.work();
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
    assert.equal(bench.takeReplies(), 'slow\n');
    assert.ok(bench.session.done);
  });
});

describe('commands that are not admitted', () => {
  test('wait, one at a time, and are answered once they are', () => {
    const bench = new Bench();
    bench.admitted = 1;
    bench.receive('now 1\nnow 2\nnow 3\n');
    assert.deepEqual(bench.begun, ['now 1']);
    assert.ok(bench.session.busy && bench.session.waiting);
    bench.work();
    assert.deepEqual(bench.begun, ['now 1'], 'still not admitted');
    bench.admitted = 2;
    bench.work();
    assert.equal(bench.takeReplies(), 'now 1\nnow 2\nnow 3\n');
    assert.equal(bench.session.busy || bench.session.waiting, false);
  });

  test('are answered after the end of the stream, the one without LF as well', () => {
    const bench = new Bench();
    bench.admitted = 0;
    bench.receive('now 1\nnow 2');
    bench.session.receiveEnd();
    for (const done of [false, false, true]) {
      bench.work();
      bench.takeReplies();
      assert.equal(bench.session.done, done);
      bench.admitted += 1;
    }
    assert.deepEqual(bench.begun, ['now 1', 'now 2']);
  });

  test('take no admission for a blank line', () => {
    const bench = new Bench();
    bench.admitted = 1;
    bench.receive('\n \r\n\nnow\n\n');
    assert.deepEqual(bench.begun, ['now']);
    assert.equal(bench.session.busy, false);
  });

  test('are not begun once the session stops', () => {
    const bench = new Bench();
    bench.admitted = 0;
    bench.receive('now\n');
    bench.session.stop();
    assert.ok(bench.session.done);
    bench.admitted = 1;
    bench.work();
    assert.deepEqual(bench.begun, []);
  });
});

describe('a command that is deferred', () => {
  test('is answered in the next tick, which is asked for, before later ones', () => {
    const bench = new Bench();
    bench.receive('now 1\nsettled\nnow 2\n');
    assert.deepEqual(bench.begun, ['now 1']);
    assert.equal(bench.wakes, 1);
    assert.equal(bench.takeReplies(), 'now 1\nsettled\nnow 2\n');
    assert.equal(bench.wakes, 1);
  });

  test('is logged once, and takes one admission', () => {
    const bench = new Bench();
    bench.admitted = 1;
    bench.receive('settled\nnow\n');
    assert.equal(bench.takeReplies(), 'settled\n');
    assert.deepEqual(bench.logged, ['settled']);
  });

  test('was received since the last tick: one that waited longer is answered at once', () => {
    const bench = new Bench();
    bench.admitted = 0;
    bench.receive('settled 1\nsettled 2\nsett');
    bench.admitted = 3;
    bench.receive('led 3\n');
    assert.deepEqual(bench.begun, ['settled 1', 'settled 2']);
    assert.equal(bench.takeReplies(), 'settled 1\nsettled 2\nsettled 3\n');
  });

  test('is still answered by a session that stops', () => {
    const bench = new Bench();
    bench.receive('settled\nnow\n');
    bench.session.stop();
    assert.ok(bench.session.waiting);
    assert.equal(bench.session.done, false);
    assert.equal(bench.takeReplies(), 'settled\n');
    assert.ok(bench.session.done);
  });

  test('may be the last one, without its LF', () => {
    const bench = new Bench();
    bench.session.receive(Buffer.from('settled'));
    bench.session.receiveEnd();
    bench.work();
    assert.equal(bench.session.done, false);
    assert.equal(bench.takeReplies(), 'settled\n');
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
    bench.work();
    assert.equal(bench.session.done, false, 'a command waits');
    await bench.answer('slow');
    assert.equal(bench.session.done, false, 'a reply is to be sent');
    bench.takeReplies();
    assert.ok(bench.session.done);
  });

  test('not while the client may send more', () => {
    const bench = new Bench();
    bench.receive('now\n');
    bench.takeReplies();
    assert.equal(bench.session.done, false);
  });

  test('when a client ends that never said anything', () => {
    const bench = new Bench();
    bench.session.receiveEnd();
    bench.work();
    assert.ok(bench.session.done);
    assert.deepEqual(bench.begun, []);
  });
});

describe('a session logs', () => {
  test('commands as they came, and replies, a tick at a time', () => {
    const bench = new Bench();
    bench.receive('\nnow 1\r\n\nnow 2\nslow');
    assert.deepEqual(bench.logged, ['now 1\r\n\nnow 2']);
    assert.deepEqual(bench.loggedReplies, [['now 1\r\nnow 2\n', 13]]);
  });

  test('of commands that came in pieces', () => {
    const bench = new Bench();
    bench.receive('no');
    bench.receive('w 1\nnow 2\n');
    assert.deepEqual(bench.logged, ['now 1', 'now 2']);
    assert.deepEqual(bench.loggedReplies, [['now 1\nnow 2\n', 12]]);
  });

  test('of a reply that waited, but not the places in it', async () => {
    const bench = new Bench();
    bench.places = Buffer.from('cafés and such\n\n', 'latin1');
    bench.receive('slow\nnow\n');
    await bench.answer('slow');
    assert.equal(bench.takeReplies(), 'now\nslow\ncafés and such\n\n');
    assert.deepEqual(bench.loggedReplies, [
      ['now\n', 4],
      ['slow\n', 21],
    ]);
    assert.deepEqual(bench.logged, ['slow\nnow']);
  });
});
