import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { moment, OPEN_SEA, readUntilClosed, report } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { pageOf, TestUpstream } from '../support/upstream.ts';

test('what a stopping server has begun is answered before it closes, and it ends with 0', async () => {
  await using upstream = await TestUpstream.start();
  await using herd = await TestHerd.make({ servers: ['Riley'], places: upstream.places });
  const riley = await herd.serve('Riley', { GOOGLE_MAPS_API_KEY: 'a-key' });
  const at = await report(herd, 'Riley', 'kiwi', moment(0));

  await using client = await TestClient.connect(herd.clients('Riley'));
  client.sendLine('WHATSAT kiwi 7 1');
  const { response } = await upstream.request(7000);
  const later = await client.ask(`IAMAT kiwi ${OPEN_SEA} ${moment(1)}`);
  assert.match(later, /^AT Riley /);
  riley.signal('SIGTERM');
  await eventuallyTrue('Riley listens no more', async () => {
    const other = await TestClient.connect(herd.clients('Riley')).catch(() => undefined);
    await other?.[Symbol.asyncDispose]();
    return other === undefined;
  });
  response.end(JSON.stringify(pageOf('a café')));

  const rest = (await readUntilClosed(client)).toString();
  assert.ok(rest.startsWith(`${at}\n{`) && rest.endsWith('}\n\n'), rest);
  assert.equal(client.socket.errored, null);
  assert.deepEqual(await riley.exited, { code: 0, signal: null });
});
