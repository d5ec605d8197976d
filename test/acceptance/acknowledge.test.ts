import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locate, locateOn, moment, OPEN_SEA, report } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import type { TestProcess } from '../support/process.ts';
import { brokenLinks, untilLink, untilLogged } from '../support/server-log.ts';

const HUB = 'Riley';
const LEAVES = ['Jaquez', 'Juzang'];
/** A machine may be so busy that a neighbour which stands still for a moment counts as gone: then once more. */
const ATTEMPTS = 10;

/** Riley and its two neighbours, with the replies' promise kept by the neighbours. */
async function start(): Promise<{ herd: TestHerd; processes: Map<string, TestProcess> }> {
  const herd = await TestHerd.make({
    servers: [HUB, ...LEAVES],
    links: LEAVES.map((leaf) => [HUB, leaf]),
    acknowledge: 'neighbours',
  });
  const processes = await herd.serveAll();
  for (const leaf of LEAVES) {
    await untilLink(herd, HUB, leaf, 'link-up');
    await untilLink(herd, leaf, HUB, 'link-up');
  }
  return { herd, processes };
}

/** Stops a process with SIGSTOP, until it is disposed. */
function pause(process: TestProcess | undefined): { resume(): void; [Symbol.dispose](): void } {
  assert.ok(process);
  process.signal('SIGSTOP');
  const resume = (): void => process.signal('SIGCONT');
  return { resume, [Symbol.dispose]: resume };
}

/** Sends a report on a connection of its own. */
async function send(herd: TestHerd, id: string): Promise<TestClient> {
  const client = await TestClient.connect(herd.clients(HUB));
  client.sendLine(`IAMAT ${id} ${OPEN_SEA} ${moment(0)}`);
  return client;
}

test('neighbours: a reply comes once all of them have the report', async () => {
  const { herd } = await start();
  await using _herd = herd;
  await using client = await TestClient.connect(herd.clients(HUB));
  await using jaquez = await TestClient.connect(herd.clients('Jaquez'));
  await using juzang = await TestClient.connect(herd.clients('Juzang'));
  for (let n = 0; n < 300; n++) {
    const at = await client.ask(`IAMAT kiwi ${OPEN_SEA} ${moment(n)}`);
    assert.equal(await locateOn(jaquez, 'kiwi'), at);
    assert.equal(await locateOn(juzang, 'kiwi'), at);
  }
});

test('neighbours: a reply waits for a neighbour that stands still, until it goes on', async (t) => {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (await waitsForJaquez()) return;
    t.diagnostic('once more, since the link was dropped: Jaquez stood still for too long');
  }
  assert.fail(`the machine was too busy, ${ATTEMPTS} times`);
});

/**
 * Has a reply wait for Jaquez, which stands still, until it goes on.
 *
 * @returns false where that took so long that Jaquez counted as gone
 */
async function waitsForJaquez(): Promise<boolean> {
  const { herd, processes } = await start();
  await using _herd = herd;
  const isGone = async (): Promise<false> => {
    await untilLogged(herd, HUB, { event: 'link-down', neighbour: 'Jaquez', code: 'silent' });
    return false;
  };
  using stopped = pause(processes.get('Jaquez'));
  await using waiting = await send(herd, 'kiwi');
  await eventuallyTrue('the other neighbour has it', async () => {
    return (await locate(herd, 'Juzang', 'kiwi')) !== undefined;
  });
  // Who asks is served meanwhile, and it is known here.
  assert.ok(await locate(herd, HUB, 'kiwi'));
  // What Juzang receives afterwards comes here after its confirmation.
  await report(herd, 'Juzang', 'emu', moment(0));
  await eventuallyTrue('the hub has what came later', async () => {
    return (await locate(herd, HUB, 'emu')) !== undefined;
  });
  if ((await waiting.ask('hello')) !== '? hello') return await isGone(); // the reply did not wait
  stopped.resume();
  const at = await waiting.readLine();
  if ((await locate(herd, 'Jaquez', 'kiwi')) !== at) return await isGone();
  assert.deepEqual(await brokenLinks(herd, HUB), []);
  return true;
}

test('neighbours: a reply waits no longer for a neighbour whose link is dropped', async () => {
  const { herd, processes } = await start();
  await using _herd = herd;
  using _stopped = pause(processes.get('Jaquez'));
  await using waiting = await send(herd, 'kiwi');
  const at = await waiting.readLine();
  await untilLogged(herd, HUB, { event: 'link-down', neighbour: 'Jaquez', code: 'silent' });
  assert.equal(await locate(herd, 'Juzang', 'kiwi'), at);
  // From now on nobody waits for it.
  assert.match(await report(herd, HUB, 'emu', moment(0)), /^AT Riley /);
});

test('neighbours: a server that has no link answers at once', async () => {
  await using herd = await TestHerd.make({
    servers: [HUB, 'Jaquez'],
    links: [[HUB, 'Jaquez']],
    acknowledge: 'neighbours',
  });
  await herd.serve(HUB);
  assert.match(await report(herd, HUB, 'kiwi', moment(0)), /^AT Riley /);
});
