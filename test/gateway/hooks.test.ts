import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readMarkdown } from '../docs/markdown.ts';
import { exchange } from '../support/client.ts';
import { eventually, eventuallyTrue } from '../support/eventually.ts';
import { HookReceiver, OK, status, type Answer } from '../support/hook-receiver.ts';
import { eventsOf, HOOK, HOOK_SECRET, hookTo, told, type Told } from '../support/hooks.ts';
import { TestFolder } from '../support/folder.ts';
import { ask, put } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { TestProcess } from '../support/process.ts';
import { takePorts } from '../support/ports.ts';

/* What receivers of hooks get, over sockets, and what a hook does whose receiver is not well. */

const gateway = { host: '127.0.0.1', port: 0 };
const HOME = { latitude: 1, longitude: 1 };
const AWAY = { latitude: 2, longitude: 1 };
/** The pause after a first failure, at least. */
const LEAST_PAUSE_MS = 500;

let lastMs = Date.now();

/** Reports where a client is now, over the text protocol. */
async function move(
  { clients }: OwnServer,
  client: string,
  { latitude, longitude } = HOME,
): Promise<void> {
  lastMs += 1;
  const reply = await exchange(
    clients,
    `IAMAT ${client} +${latitude}+${longitude} ${lastMs / 1000}\n`,
  );
  assert.match(reply.toString(), /^AT /);
}

/** Reports more of a client than that, over HTTP. */
async function putLocation(
  { gateway }: OwnServer,
  client: string,
  location: Readonly<Record<string, unknown>>,
): Promise<void> {
  const path = `/v1/clients/${encodeURIComponent(client)}/location`;
  const { status } = await put(gateway, path, location);
  assert.ok(status < 300);
}

/** An answer that is not given before it is released. */
function heldAnswer(answer: Answer): { readonly answer: Answer; release(): void } {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  return { answer: (...request) => void released.then(() => answer(...request)), release };
}

/** A value of a server's metrics, by name and labels. */
async function metric(server: OwnServer, name: string): Promise<number | undefined> {
  const { bytes } = await ask(server.gateway, { path: '/metrics' });
  const line = bytes
    .toString()
    .split('\n')
    .find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.split(' ')[1]);
}

describe('a hook', { concurrency: true }, () => {
  test('sends where clients are, who enters and leaves, and who is removed, signed', async () => {
    await using receiver = await HookReceiver.start();
    await using server = await OwnServer.start({ gateway, hooks: [hookTo(receiver)] });
    const shape = { type: 'circle', ...HOME, radiusM: 1000 };
    await put(server.gateway, '/v1/geofences/home', { shape });
    await putLocation(server, 'kiwi', { ...HOME, time: (lastMs += 1) / 1000, speedMps: 3 });
    const request = await receiver.next();
    assert.equal(request.headers['content-type'], 'application/json');
    const { data, ...envelope } = JSON.parse(request.body) as Record<string, unknown>;
    const { timestamp, ...rest } = envelope;
    assert.deepEqual(rest, { type: 'events', herd: 'test-herd', server: 'Riley' });
    assert.ok(Math.abs(Date.parse(String(timestamp)) - Date.now()) < 60_000);
    const [enter, location] = data as [Told, Told];
    assert.deepEqual([enter.event, location.event], ['enter', 'location']);
    assert.equal(enter.data['geofence'], 'home');
    const { json } = await ask(server.gateway, { path: '/v1/clients/kiwi' });
    const { ageSeconds, ...known } = json as Record<string, unknown>;
    assert.equal(typeof ageSeconds, 'number');
    assert.deepEqual(
      { ...location.data, ageSeconds: undefined },
      { ...known, ageSeconds: undefined },
    );
    assert.equal(eventsOf(request).length, 2);

    await move(server, 'kiwi', AWAY);
    assert.deepEqual(await told(receiver, 2), ['leave kiwi home moved', 'location kiwi 2']);
    await ask(server.gateway, { method: 'DELETE', path: '/v1/clients/kiwi' });
    assert.deepEqual(await told(receiver, 1), ['removed kiwi']);
    assert.equal(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size, 3);
    const log = JSON.stringify(await server.stop());
    assert.ok(!log.includes(HOOK_SECRET) && !log.includes('a-secret-path'));
  });

  test('sends what it is to of whom it is to', async () => {
    await using receiver = await HookReceiver.start();
    const url = `http://localhost:${receiver.port}/`;
    const options = { url, events: ['location'], clients: ['van-*', 'anna'] } as const;
    await using server = await OwnServer.start({ gateway, hooks: [hookTo(receiver, options)] });
    for (const client of ['kiwi', 'van-1', 'anna', 'anna-2']) await move(server, client);
    const all = await told(receiver, 2);
    await ask(server.gateway, { method: 'DELETE', path: '/v1/clients/van-1' });
    await move(server, 'van-2');
    all.push(...(await told(receiver, 1)));
    assert.deepEqual(all, ['location van-1 1', 'location anna 1', 'location van-2 1']);
  });

  test('sends who was seen, where that is asked for', async () => {
    await using receiver = await HookReceiver.start();
    const hooks = [hookTo(receiver, { events: ['seen', 'removed'] })];
    await using server = await OwnServer.start({ gateway, hooks });
    const heartbeat = '/in/traccar?id=emu&batt=63';
    assert.equal((await ask(server.gateway, { method: 'POST', path: heartbeat })).status, 200);
    const [seen] = eventsOf(await receiver.next());
    assert.equal(seen?.event, 'seen');
    const { lastSeenAt, ...rest } = seen?.data ?? {};
    assert.ok(Math.abs(Date.parse(String(lastSeenAt)) - Date.now()) < 60_000);
    assert.deepEqual(rest, { client: 'emu', server: 'Riley', app: 'traccar', batteryPercent: 63 });
    await move(server, 'emu');
    await ask(server.gateway, { method: 'DELETE', path: '/v1/clients/emu' });
    assert.deepEqual(await told(receiver, 1), ['removed emu']);
  });

  test('tries again what failed, under the same ID, and then sends the latest', async () => {
    const held = heldAnswer(OK);
    await using receiver = await HookReceiver.start(status(500), held.answer, OK);
    await using server = await OwnServer.start({ gateway, hooks: [hookTo(receiver)] });
    await move(server, 'kiwi', HOME);
    const first = await receiver.next();
    for (const latitude of [3, 4, 5]) await move(server, 'kiwi', { latitude, longitude: 1 });
    held.release();
    const second = await receiver.next();
    assert.ok(second.atMs - first.atMs >= LEAST_PAUSE_MS);
    assert.equal(second.headers['webhook-id'], first.headers['webhook-id']);
    assert.equal(second.body, first.body);
    assert.equal(eventsOf(second).length, 1, 'its signature is right');
    assert.deepEqual(await told(receiver, 1), ['location kiwi 5']);
    const label = '{hook="hook"}';
    await eventuallyTrue('all is counted', async () => {
      return (await metric(server, `proxy_herd_hook_delivered_events_total${label}`)) === 2;
    });
    assert.equal(await metric(server, `proxy_herd_hook_deliveries_total${label}`), 2);
    assert.equal(await metric(server, `proxy_herd_hook_retries_total${label}`), 1);
    assert.equal(await metric(server, `proxy_herd_hook_waiting_events${label}`), 0);
    await server.untilLogged({ event: 'hook-failed', hook: 'hook', code: 'status', failures: 1 });
    await server.untilLogged({ event: 'hook-recovered', hook: 'hook', failures: 1 });
  });

  const destroy: Answer = (response) => response.destroy();
  const hang: Answer = () => undefined;
  for (const [what, answer, code, more] of [
    ['hangs', hang, 'timeout', { timeoutMs: 1000 }],
    ['closes early', destroy, 'unreachable', {}],
    ['redirects', status(307, { location: '/elsewhere' }), 'redirected', {}],
  ] as const) {
    test(`whose receiver ${what} tries again, and delays no other`, async () => {
      await using ill = await HookReceiver.start(answer, OK);
      await using well = await HookReceiver.start();
      const hooks = [hookTo(ill, { name: 'ill', ...more }), hookTo(well, { name: 'well' })];
      await using server = await OwnServer.start({ hooks });
      await move(server, 'kiwi', HOME);
      const first = await ill.next();
      assert.deepEqual(await told(well, 1), ['location kiwi 1']);
      await move(server, 'kiwi', AWAY);
      assert.deepEqual(await told(well, 1), ['location kiwi 2']);
      const second = await ill.next();
      assert.equal(second.headers['webhook-id'], first.headers['webhook-id']);
      assert.equal(second.path, '/a-secret-path');
      await server.untilLogged({ event: 'hook-failed', hook: 'ill', code });
    });
  }

  test('follows redirects where it may, with body and signature', async () => {
    await using to = await HookReceiver.start();
    await using from = await HookReceiver.start(status(308, { location: `${to.url}/moved` }));
    const hooks = [hookTo(from, { followRedirects: true })];
    await using server = await OwnServer.start({ hooks });
    await move(server, 'kiwi');
    const request = await to.next();
    assert.equal(request.path, '/a-secret-path/moved');
    assert.equal(eventsOf(request)[0]?.data['client'], 'kiwi');
  });

  test('takes a success for one, however long the body', async () => {
    const endless: Answer = (response) => {
      response.writeHead(200);
      response.write('…');
    };
    const large: Answer = (response) => response.writeHead(200).end(Buffer.alloc(10_000_000));
    await using receiver = await HookReceiver.start(endless, large, OK);
    await using server = await OwnServer.start({ hooks: [hookTo(receiver)] });
    for (const latitude of [1, 2, 3]) {
      await move(server, 'kiwi', { latitude, longitude: 1 });
      assert.deepEqual(await told(receiver, 1), [`location kiwi ${latitude}`]);
    }
    const log = await server.stop();
    assert.equal(log.filter(({ event }) => event === 'hook-failed').length, 0);
  });

  test('waits as long as the receiver asks for', async () => {
    await using receiver = await HookReceiver.start(status(503, { 'retry-after': '2' }), OK);
    await using server = await OwnServer.start({ hooks: [hookTo(receiver)] });
    await move(server, 'kiwi');
    const [first, second] = [await receiver.next(), await receiver.next()];
    assert.ok(second.atMs - first.atMs >= 2000);
  });

  test('connects to no private address unless it may, whatever name it has', async () => {
    await using receiver = await HookReceiver.start();
    const { port } = receiver;
    const urls = [
      `https://127.0.0.1:${port}/`,
      `https://localhost:${port}/`,
      `https://[::1]:${port}/`,
    ];
    const hooks = urls.map((url, i) =>
      hookTo(receiver, { url, name: `h${i}`, allowPrivate: false }),
    );
    await using server = await OwnServer.start({ hooks });
    await move(server, 'kiwi');
    for (const { name: hook } of hooks) {
      await server.untilLogged({ event: 'hook-failed', hook, code: 'address-refused' });
    }
    assert.equal(receiver.connections, 0);
  });

  test('sends Home Assistant what OwnTracks would, byte for byte', async () => {
    await using receiver = await HookReceiver.start();
    const options = {
      form: 'home-assistant',
      events: ['location', 'enter', 'leave'],
      secrets: [],
    } as const;
    await using server = await OwnServer.start({ gateway, hooks: [hookTo(receiver, options)] });
    const shape = { type: 'circle', ...HOME, radiusM: 1000 };
    await put(server.gateway, '/v1/geofences/home', { shape });
    const attributes = { accuracyM: 12.4, altitudeM: 30, speedMps: 10, courseDeg: 90.2 };
    await putLocation(server, 'anna/phone', {
      ...HOME,
      ...attributes,
      batteryPercent: 80.5,
      charging: true,
      time: 1_600_000_000.5,
    });
    const fix =
      '"lat":1,"lon":1,"tst":1600000000,"acc":12,"alt":30,"vel":36,"cog":90,"batt":81,"bs":2}';
    const who = '"topic":"owntracks/anna/phone","tid":"ne",';
    const enter = await receiver.next();
    assert.equal(enter.headers['webhook-signature'], undefined);
    assert.equal(enter.body, `{"_type":"transition",${who}"event":"enter","desc":"home",${fix}`);
    assert.equal((await receiver.next()).body, `{"_type":"location",${who}${fix}`);
    await putLocation(server, 'van', { ...AWAY, accuracyM: 0, time: 1_600_000_001 });
    assert.equal(
      (await receiver.next()).body,
      '{"_type":"location","topic":"owntracks/van/test-herd","tid":"an","lat":2,"lon":1,"tst":1600000001,"acc":1}',
    );
  });

  test('sends nothing of where a client was that was removed meanwhile', async () => {
    const held = heldAnswer(status(500));
    await using receiver = await HookReceiver.start(held.answer, OK);
    await using server = await OwnServer.start({ gateway, hooks: [hookTo(receiver)] });
    await move(server, 'kiwi');
    const first = await receiver.next();
    await ask(server.gateway, { method: 'DELETE', path: '/v1/clients/kiwi' });
    held.release();
    const second = await receiver.next();
    assert.notEqual(second.headers['webhook-id'], first.headers['webhook-id']);
    assert.deepEqual(
      eventsOf(second).map(({ event }) => event),
      ['removed'],
    );
  });

  test('is taken in, changed and taken out while the server runs', async () => {
    await using one = await HookReceiver.start();
    await using other = await HookReceiver.start();
    await using server = await OwnServer.start({ gateway });
    await move(server, 'before');
    server.reload({ hooks: [hookTo(one)] });
    await server.untilLogged({ event: 'reloaded', options: ['hooks'] });
    await eventually('it sends what comes from now on', async () => {
      await move(server, 'kiwi');
      return one.requests[0];
    });
    assert.ok(one.requests.every(({ body }) => !body.includes('before')));
    server.reload({ hooks: [hookTo(other)] });
    await move(server, 'emu');
    await eventuallyTrue('the other one is told', () =>
      other.requests.some(({ body }) => body.includes('"emu"')),
    );
    assert.ok(one.requests.every(({ body }) => !body.includes('emu')));
    server.reload({ hooks: [] });
    assert.equal(await metric(server, 'proxy_herd_hook_deliveries_total{hook="hook"}'), undefined);
  });

  test('of a server that stops sends what waits once more, and says what nobody got', async () => {
    await using well = await HookReceiver.start(status(500), OK);
    await using ill = await HookReceiver.start(status(500));
    const hooks = [hookTo(well, { name: 'well' }), hookTo(ill, { name: 'ill' })];
    await using server = await OwnServer.start({ hooks });
    await move(server, 'kiwi');
    await Promise.all([well.next(), ill.next()]);
    for (const client of ['emu', 'moa']) await move(server, client);
    const log = await server.stop();
    const droppedOf = (name: string): number =>
      log
        .filter(({ event, hook }) => event === 'hook-dropped' && hook === name)
        .reduce((sum, { events }) => sum + Number(events), 0);
    assert.equal(droppedOf('ill'), 3);
    // On a machine that does nothing for two seconds not all of it may be told in time.
    const clients = well.requests
      .slice(1)
      .flatMap(eventsOf)
      .map(({ data }) => data['client']);
    assert.ok(new Set(clients).size + droppedOf('well') >= 3);
  });

  test('sends each event of a herd once: the server does that accepted the report', async () => {
    await using receiver = await HookReceiver.start();
    const [a = 0, b = 0] = await takePorts(2);
    const address = (port: number) => ({ host: '127.0.0.1', port });
    const spec = { gateway, hooks: [hookTo(receiver)] };
    await using riley = await OwnServer.start({
      ...spec,
      peers: address(a),
      neighbours: [{ name: 'Jaquez', peers: address(b) }],
    });
    await using jaquez = await OwnServer.start({
      ...spec,
      name: 'Jaquez',
      peers: address(b),
      neighbours: [{ name: 'Riley', peers: address(a) }],
    });
    const isThere = async (server: OwnServer, path: string): Promise<void> =>
      eventuallyTrue(path, async () => (await ask(server.gateway, { path })).status === 200);
    const shape = { type: 'circle', ...HOME, radiusM: 1000 };
    await put(riley.gateway, '/v1/geofences/home', { shape });
    await isThere(jaquez, '/v1/geofences/home');
    await move(riley, 'kiwi', HOME);
    await isThere(jaquez, '/v1/clients/kiwi');
    await move(jaquez, 'emu', HOME);
    await isThere(riley, '/v1/clients/emu');
    await move(jaquez, 'kiwi', AWAY);
    const all = await told(receiver, 6);
    await Promise.all([riley.stop(), jaquez.stop()]); // all that waits has been sent
    assert.equal(receiver.requests.flatMap(eventsOf).length, all.length);
    assert.deepEqual(all.sort(), [
      'enter emu home',
      'enter kiwi home',
      'leave kiwi home moved',
      'location emu 1',
      'location kiwi 1',
      'location kiwi 2',
    ]);
    const servers = receiver.requests.map(
      ({ body }) => (JSON.parse(body) as { server: string }).server,
    );
    assert.deepEqual(new Set(servers), new Set(['Riley', 'Jaquez']));
  });

  test('is verified by the receiver of docs/HOOKS.md', async () => {
    await using folder = await TestFolder.make();
    const { blocks } = await readMarkdown('docs/HOOKS.md');
    const source = blocks.find(({ language }) => language === 'js')?.text ?? assert.fail();
    await writeFile(join(folder.path, 'receiver.mjs'), source);
    const env = { SECRET: HOOK_SECRET, PORT: '0' };
    await using receiver = new TestProcess(process.execPath, ['receiver.mjs'], {
      cwd: folder.path,
      env,
    });
    const port = await eventually(
      'it listens',
      () => /listening on (\d+)/.exec(receiver.stdout)?.[1],
    );
    const url = `http://127.0.0.1:${port}/`;
    const hooks = [{ ...HOOK, url }];
    await using server = await OwnServer.start({ hooks });
    await move(server, 'kiwi');
    await eventuallyTrue('it is told', () => receiver.stdout.includes('location kiwi\n'));
    const forged = await ask(
      { host: '127.0.0.1', port: Number(port) },
      {
        method: 'POST',
        path: '/',
        headers: {
          'webhook-id': 'msg_1',
          'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
          'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
        },
        body: '{"data":[{"event":"location","data":{"client":"emu"}}]}',
      },
    );
    assert.equal(forged.status, 401);
    const log = await server.stop();
    assert.ok(log.every(({ event }) => event !== 'hook-failed'));
    assert.ok(!receiver.stdout.includes('emu'));
  });
});
