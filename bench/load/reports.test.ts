import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommand } from '#src/protocol/command.js';
import { clientId, iamatTalk, makeReports } from './reports.ts';

test('each connection has clients of its own, and each client reports ever newer', () => {
  const spec = { connections: 4, clients: 40, firstClient: 100, reports: 120 };
  const newest = new Map<string, string>();
  const lanes = [...makeReports(spec), ...makeReports(spec)];
  for (const { client, time } of lanes.flat()) {
    assert.ok(time > (newest.get(client) ?? ''), client);
    newest.set(client, time);
  }
  const clients = Array.from({ length: 40 }, (_, n) => clientId(100 + n));
  assert.deepEqual([...newest.keys()].sort(), clients);
  const [first = [], second = []] = lanes;
  const own = new Set(first.map(({ client }) => client));
  assert.equal(own.size, 10);
  assert.ok(second.every(({ client }) => !own.has(client)));
});

test('an ID has 30 bytes, and the reports are valid commands', () => {
  assert.equal(clientId(999_999).length, 30);
  const [reports = []] = makeReports({ connections: 1, clients: 1_000, reports: 1_000 });
  const commands = iamatTalk('Riley', reports).requests.toString('latin1').trimEnd().split('\n');
  assert.equal(commands.length, 1_000);
  for (const command of commands) assert.equal(parseCommand(command)?.name, 'IAMAT', command);
});
