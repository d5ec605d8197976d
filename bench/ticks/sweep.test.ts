import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommand } from '#src/protocol/command.js';
import { makeReports } from '../load/reports.ts';
import { Sweep } from './sweep.ts';

test('each sweep has every client report a second later, elsewhere, in valid commands', () => {
  const sweep = new Sweep('Riley', makeReports({ connections: 2, clients: 20, reports: 20 }));
  const linesOf = (): string[] => {
    return sweep
      .next()
      .flatMap(({ requests }) => requests.toString('latin1').trimEnd().split('\n'));
  };
  const [first, second] = [linesOf(), linesOf()];
  assert.equal(first.length, 20);
  for (const line of [...first, ...second]) assert.equal(parseCommand(line)?.name, 'IAMAT', line);
  for (const [index, line] of first.entries()) {
    const [, client, position, time] = line.split(' ');
    const [, sameClient, nextPosition, nextTime] = second[index]?.split(' ') ?? [];
    assert.equal(sameClient, client);
    assert.notEqual(nextPosition, position);
    assert.equal(Math.floor(Number(nextTime)), Math.floor(Number(time)) + 1);
  }
});

test('the replies that it waits for are those of the same sweep', () => {
  const sweep = new Sweep('Riley', makeReports({ connections: 1, clients: 1, reports: 1 }));
  const [before] = sweep.next();
  const old = `AT Riley +1.5 ${before?.requests.toString('latin1').slice('IAMAT '.length)}`;
  const [talk] = sweep.next();
  const now = `AT Riley +1.5 ${talk?.requests.toString('latin1').slice('IAMAT '.length)}`;
  assert.throws(() => talk?.readReply(Buffer.from(old), 0, 0));
  assert.equal(talk?.readReply(Buffer.from(now), 0, 0), now.length);
});
