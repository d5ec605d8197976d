import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ByteWriter } from '../protocol/byte-writer.ts';
import { NO_END } from '../protocol/report.ts';
import { Bench, commands, IN_FLIGHT } from './session-bench.test.ts';
import { ClientSession, MAX_CONNECTION_COMMANDS } from './session.ts';
import { TickLog } from './tick-log.ts';

describe('reports', () => {
  test('are answered where they stand, in order with all else', () => {
    const bench = new Bench(false);
    bench.receive('report 1\nreport 2\nnow\nreport 3\nrep');
    bench.receive('ort 4\nreport 5\n');
    const all = ['report 1', 'report 2', 'now', 'report 3', 'report 5'];
    assert.deepEqual(
      bench.begun.filter((command) => command !== 'report 4'),
      all,
    );
    bench.takeReplies();
    assert.deepEqual(bench.logged, ['report 1\nreport 2\nnow\nreport 3', 'report 4', 'report 5']);
  });

  test('are limited too: so many in a tick', () => {
    const bench = new Bench(false);
    const { names, text } = commands(1300, 'report ');
    bench.receive(text);
    assert.deepEqual(bench.begun, names.slice(0, MAX_CONNECTION_COMMANDS));
    assert.ok(bench.session.isCutShort);
    bench.work();
    bench.work();
    assert.deepEqual(bench.begun, names);
    assert.equal(bench.session.busy, false);
  });

  test('are not answered once the session stops', () => {
    const bench = new Bench(false);
    bench.session.stop();
    bench.receive('report 1\n');
    assert.deepEqual(bench.begun, []);
    assert.ok(bench.session.done);
  });
});

describe('replies that are gated', () => {
  test('wait together, and hold up no others', () => {
    const bench = new Bench();
    bench.receive('gated 1\nnow\ngated 2\n');
    assert.equal(bench.takeReplies(), 'now\n');
    assert.deepEqual(
      bench.gated.map(({ reports }) => reports),
      [2],
    );
    assert.ok(bench.session.waiting);
    bench.gated[0]?.settle(true);
    assert.equal(bench.takeReplies(), 'gated 1\ngated 2\n');
    assert.equal(bench.session.waiting, false);
  });

  test('become refusals, with a copy of each command, where the promise cannot be kept', () => {
    const bench = new Bench();
    bench.receive('gated 1 \n\tgated\ngated 2\n');
    bench.gated[0]?.settle(false);
    assert.equal(bench.takeReplies(), '? gated 1 \n? gated 2\n');
  });

  test('count as commands in flight', () => {
    const bench = new Bench();
    const { text } = commands(IN_FLIGHT, 'gated ');
    bench.receive(text);
    assert.ok(bench.session.busy);
    bench.receive('now\n');
    assert.equal(bench.takeReplies(), '');
    bench.gated[0]?.settle(true);
    bench.takeReplies();
    assert.equal(bench.session.busy, false);
    assert.equal(bench.begun.at(-1), 'now');
  });
});

test('a client that goes ends what is looked for on its behalf', () => {
  let asked: (() => AbortSignal) | undefined;
  const session = new ClientSession({
    handler: {
      takePlain: () => false,
      handleReport: () => NO_END,
      handle: (_line, _isSettled, _out, signal) => {
        asked = signal;
        return new Promise(() => {});
      },
    },
    waitForCommit() {},
    tickLog: new TickLog(1),
    logPlain() {},
    logCommands() {},
    logReplies() {},
    admit: undefined,
    wake() {},
    commandsInFlight: IN_FLIGHT,
  });
  session.receive(Buffer.from('slow\n'));
  session.work(new ByteWriter(16));
  const signal = asked?.();
  assert.equal(signal?.aborted, false);
  session.end();
  assert.equal(signal?.aborted, true);
});
