import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { locate, report, moment } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestFolder } from '../support/folder.ts';
import { TestHerd } from '../support/herd.ts';
import { NatsCluster } from '../support/nats.ts';
import { takePorts } from '../support/ports.ts';
import { TestProcess } from '../support/process.ts';

test('a herd in two regions, of which the second is at a leaf node', async () => {
  const [leafnodes = 0, clients = 0] = await takePorts(2);
  await using nats = await NatsCluster.start(1, {
    domain: 'hub',
    configuration: `leafnodes { listen: 127.0.0.1:${leafnodes} }`,
  });
  await using folder = await TestFolder.make();
  const file = join(folder.path, 'region.conf');
  const remote = `nats-leaf://127.0.0.1:${leafnodes}`;
  await writeFile(
    file,
    `server_name: region
     listen: 127.0.0.1:${clients}
     leafnodes { reconnect: 1, remotes: [{ url: "${remote}" }] }`,
  );
  const start = (): TestProcess => new TestProcess('nats-server', ['--config', file]);
  let region = start();
  try {
    const here = { engine: 'nats', servers: nats.urls };
    const there = { engine: 'nats', domain: 'hub', servers: [`nats://127.0.0.1:${clients}`] };
    await using hub = await TestHerd.make({ servers: ['Riley'], replication: here });
    await using far = await TestHerd.make({ servers: ['Jaquez'], replication: there });
    await hub.serveAll();
    await far.serveAll();
    const agree = (client: string, said: string): Promise<void> =>
      eventuallyTrue(`both regions know ${client}`, async () => {
        const known = [await locate(hub, 'Riley', client), await locate(far, 'Jaquez', client)];
        return known.every((line) => line === said);
      });
    await agree('emu', await report(hub, 'Riley', 'emu', moment(1)));
    await agree('kiwi', await report(far, 'Jaquez', 'kiwi', moment(2)));

    // The way between them is cut: each region goes on by itself.
    region.signal('SIGKILL');
    await region.exited;
    const newer = await report(far, 'Jaquez', 'emu', moment(5));
    await report(hub, 'Riley', 'emu', moment(4));
    const alone = await report(hub, 'Riley', 'alone', moment(6));
    assert.equal(await locate(far, 'Jaquez', 'emu'), newer);

    // It is back: nothing is lost, and the newer one of each client stays.
    region = start();
    await agree('emu', newer);
    await agree('alone', alone);
  } finally {
    await region[Symbol.asyncDispose]();
  }
});
