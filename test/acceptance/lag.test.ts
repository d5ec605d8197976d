import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locate, moment, report } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { having, readLog, untilLink, untilLogged } from '../support/server-log.ts';

test('a neighbour that stands still lags, which is logged, and catches up, which is logged', async () => {
  await using herd = await TestHerd.make({
    servers: ['Riley', 'Jaquez'],
    links: [['Riley', 'Jaquez']],
  });
  const processes = await herd.serveAll();
  await untilLink(herd, 'Riley', 'Jaquez', 'link-up');
  const jaquez = processes.get('Jaquez');
  assert.ok(jaquez !== undefined);

  jaquez.signal('SIGSTOP');
  const at = await report(herd, 'Riley', 'kiwi', moment(1));
  await report(herd, 'Riley', 'emu', moment(2));
  const [lagging] = await untilLogged(herd, 'Riley', { event: 'neighbour-lagging' });
  assert.deepEqual([lagging?.['neighbour'], lagging?.['reports']], ['Jaquez', 2]);
  assert.ok(Number(lagging?.['seconds']) >= 5, String(lagging?.['seconds']));

  jaquez.signal('SIGCONT');
  await untilLogged(herd, 'Riley', { event: 'neighbour-caught-up', neighbour: 'Jaquez' });
  await eventuallyTrue('Jaquez has what it missed', async () => {
    return (await locate(herd, 'Jaquez', 'kiwi')) === at;
  });
  const log = await readLog(herd.logFile('Riley'));
  assert.equal(having(log, { event: 'neighbour-lagging' }).length, 1);
  assert.equal(having(log, { event: 'neighbour-caught-up' }).length, 1);
});
