import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locate, moment, report } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { NatsCluster } from '../support/nats.ts';
import { takePorts } from '../support/ports.ts';
import { runCli } from '../support/process.ts';

test('a herd in two regions: a cluster of three that has the streams, and one of two leaf nodes', async () => {
  const leafnodes = await takePorts(3);
  await using hub = await NatsCluster.start(3, {
    domain: 'hub',
    configuration: (index) => `leafnodes { listen: 127.0.0.1:${leafnodes[index]} }`,
  });
  const urls = leafnodes.map((port) => `"nats-leaf://127.0.0.1:${port}"`).join(', ');
  await using region = await NatsCluster.start(2, {
    cluster: 'region',
    hasStreams: false,
    configuration: () => `leafnodes { reconnect: 1, remotes: [{ urls: [${urls}] }] }`,
  });
  const engine = { engine: 'nats', replicas: 3 };
  await using near = await TestHerd.make({
    servers: ['Riley'],
    replication: { ...engine, servers: hub.urls },
  });
  await using far = await TestHerd.make({
    servers: ['Jaquez'],
    replication: { ...engine, servers: region.urls, domain: 'hub' },
  });
  await near.serveAll();
  await far.serveAll();
  const agree = (client: string, said: string): Promise<void> =>
    eventuallyTrue(`both regions know ${client}`, async () => {
      const known = [await locate(near, 'Riley', client), await locate(far, 'Jaquez', client)];
      return known.every((line) => line === said);
    });
  await agree('emu', await report(near, 'Riley', 'emu', moment(1)));
  await agree('kiwi', await report(far, 'Jaquez', 'kiwi', moment(2)));

  const { stdout } = await runCli(['doctor'], { cwd: far.folder });
  assert.match(stdout, /has JetStream for the herd in the domain hub/);

  // The way between them is cut: each region goes on by itself.
  await Promise.all([region.kill(0), region.kill(1)]);
  const newer = await report(far, 'Jaquez', 'emu', moment(5));
  await report(near, 'Riley', 'emu', moment(4));
  const alone = await report(near, 'Riley', 'alone', moment(6));
  assert.equal(await locate(far, 'Jaquez', 'emu'), newer);

  // It is back: nothing is lost, and the newer one of each client stays.
  await Promise.all([region.startServer(0), region.startServer(1)]);
  await agree('emu', newer);
  await agree('alone', alone);
});
