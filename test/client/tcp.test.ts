import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import test from 'node:test';
import {
  ClosedError,
  InvalidArgumentError,
  PlacesFailedError,
  RefusedError,
  TcpHerd,
  TokenRefusedError,
  UnreachableError,
} from '#src/client/tcp/index.js';
import { formatAddress, type Address } from '#src/transport/address.js';
import { accessOptions, TOKENS } from '../support/access.ts';
import { makeCertificate } from '../support/certificate.ts';
import { TestClient } from '../support/client.ts';
import { locateOn } from '../support/commands.ts';
import { eventually } from '../support/eventually.ts';
import { OwnServer } from '../support/own-server.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { takePorts } from '../support/ports.ts';
import { FakeServer } from './fake-server.ts';

const AT_SEA = { latitude: 0, longitude: -30 };
const LOS_ANGELES = { latitude: 34.06893, longitude: -118.445127 };

/** A herd of these servers, in which nothing takes long. */
function herdOf(
  addresses: readonly Address[],
  options: Partial<ConstructorParameters<typeof TcpHerd>[0]> = {},
) {
  const servers = addresses.map(formatAddress);
  return new TcpHerd({ servers, deadlineMs: PATIENCE_MS, ...options });
}

/** Waits until a report is given up for this reason, which is known once a server has been tried. */
function untilUnreachable(herd: TcpHerd, reason: RegExp): Promise<UnreachableError> {
  return eventually(`unreachable, ${reason}`, async () => {
    const report = herd.report({ client: 'kiwi', ...AT_SEA }, { deadlineMs: 30 });
    const error: unknown = await report.catch((thrown: unknown) => thrown);
    assert.ok(error instanceof UnreachableError);
    return reason.test(error.message) ? error : undefined;
  });
}

/** A server that confirms each report, and answers each question with no places. */
function answer(line: string): string {
  const [name, client = '', position = '', time = ''] = line.split(' ');
  if (name === 'IAMAT') return `AT Fake +1.000000000 ${client} ${position} ${time}\n`;
  if (name !== 'WHATSAT') return `? ${line}\n`;
  const json = { html_attributions: [], results: [], status: 'ZERO_RESULTS' };
  return `AT Fake +1.000000000 ${client} +00-030 1\n${JSON.stringify(json, undefined, 3)}\n\n`;
}

test('a thousand reports are pipelined with questions for places between them', async () => {
  await using server = await OwnServer.start({});
  await using herd = herdOf([server.clients]);
  const fixed = await herd.report({
    client: 'kiwi',
    ...LOS_ANGELES,
    time: '2026-05-19T22:53:47.9595Z',
  });
  assert.equal(fixed.time, '2026-05-19T22:53:47.9595Z');
  assert.deepEqual({ latitude: fixed.latitude, longitude: fixed.longitude }, LOS_ANGELES);
  const asked: Promise<void>[] = [];
  const ask = async (limit: number): Promise<void> => {
    const { location, places } = await herd.places('kiwi', { radiusM: 50_000, limit });
    assert.deepEqual(location, fixed);
    assert.equal(places.length, limit);
    assert.ok(places.every(({ name, types }) => name !== '' && types.length > 0));
  };
  const report = async (n: number): Promise<void> => {
    const client = n % 2 === 0 ? 'emu' : `auk-${n}`;
    const latitude = n / 100;
    const found = await herd.report({ client, latitude, longitude: 1 });
    assert.deepEqual([found.server, found.client, found.latitude], ['Riley', client, latitude]);
    if (n % 10 === 0) asked.push(ask(1 + ((n / 10) % 4)));
  };
  await Promise.all(Array.from({ length: 1000 }, (_, n) => report(n)));
  assert.equal(asked.length, 100);
  await Promise.all(asked);
  await using client = await TestClient.connect(server.clients);
  assert.match((await locateOn(client, 'emu')) ?? '', / emu \+09\.98\+001 /);
  assert.match((await locateOn(client, 'auk-999')) ?? '', / auk-999 \+09\.99\+001 /);
});

test('what is asked for at once about one client is answered each for itself', async () => {
  await using server = await OwnServer.start({});
  await using herd = herdOf([server.clients]);
  const all = Array.from({ length: 50 }, async (_, n) => {
    const limit = 1 + (n % 3);
    const [{ latitude }, { places }] = await Promise.all([
      herd.report({ client: 'kiwi', ...LOS_ANGELES, latitude: 34 + n / 1000 }),
      herd.places('kiwi', { radiusM: 50_000, limit }),
    ]);
    assert.deepEqual([latitude, places.length], [34 + n / 1000, limit]);
  });
  await Promise.all(all);
});

test('with TLS and a token, what the token does not cover is refused', async () => {
  const clientCertificate = makeCertificate('localhost');
  const access = accessOptions({ clients: 'always', gateway: 'always' });
  await using server = await OwnServer.start({ clientCertificate, access });
  const tls = { ca: clientCertificate.cert, servername: 'localhost' };
  await using anna = herdOf([server.clients], { tls, token: TOKENS.right.token });
  await anna.report({ client: 'anna', ...AT_SEA });
  assert.deepEqual((await anna.places('anna')).places, []);
  const refused = { name: 'RefusedError', code: 'refused', message: /refused the report of ben$/ };
  await assert.rejects(anna.report({ client: 'ben', ...AT_SEA }), refused);
  await assert.rejects(anna.places('nobody'), RefusedError);

  await using stranger = herdOf([server.clients], { tls, token: TOKENS.wrong.token });
  await assert.rejects(stranger.report({ client: 'anna', ...AT_SEA }), (error: unknown) => {
    assert.ok(error instanceof TokenRefusedError && error.code === 'unauthorized');
    assert.ok(!error.message.includes(TOKENS.wrong.token));
    return true;
  });
  await using plain = herdOf([server.clients]);
  await untilUnreachable(plain, /it may be full \(clientLimits\), or speak TLS$/);
  await using distrustful = herdOf([server.clients], { tls: true });
  await untilUnreachable(distrustful, /self-signed certificate$/);
});

test('an upstream that fails is an error that says where the client is', async () => {
  await using server = await FakeServer.start((line, socket) => {
    const failed = { results: [], status: 'OVER_QUERY_LIMIT', error_message: 'come back tomorrow' };
    socket.write(
      `AT Fake +1.000000000 ${line.split(' ')[1]} +00-030 1\n${JSON.stringify(failed)}\n\n`,
    );
  });
  await using herd = herdOf([server.address]);
  await assert.rejects(herd.places('kiwi'), (error: unknown) => {
    assert.ok(error instanceof PlacesFailedError);
    assert.deepEqual([error.status, error.location.longitude], ['OVER_QUERY_LIMIT', -30]);
    return error.message === 'OVER_QUERY_LIMIT: come back tomorrow';
  });
});

test('what was in flight when a connection was lost is sent again to the next server', async () => {
  const seen: string[] = [];
  // The first answers ten commands, and goes away with all others in flight.
  await using first = await FakeServer.start((line, socket) => {
    seen.push(line);
    if (seen.length <= 10) socket.write(answer(line));
    else socket.destroy();
  });
  await using second = await OwnServer.start({});
  const [nobody = 0] = await takePorts(1);
  await using herd = herdOf([{ host: '127.0.0.1', port: nobody }, first.address, second.clients]);
  const servers = await Promise.all(
    Array.from({ length: 100 }, async (_, n) => {
      const { server } = await herd.report({ client: `kiwi-${n}`, ...AT_SEA });
      return server;
    }),
  );
  assert.ok(servers.filter((name) => name === 'Fake').length <= 10);
  assert.ok(servers.filter((name) => name === 'Riley').length >= 90);
  // The very lines, with the same times.
  await using client = await TestClient.connect(second.clients);
  const line = await locateOn(client, 'kiwi-50');
  const sent = seen.find((each) => each.includes('kiwi-50')) ?? 'none';
  assert.ok(line?.endsWith(sent.slice('IAMAT'.length)), `${line} is of ${sent}`);
});

test('a server that is silent is asked for a sign of life, and left if it gives none', async () => {
  // This one answers reports with the third probe only.
  const held = new Map<Socket, string[]>();
  let probes = 0;
  await using slow = await FakeServer.start((line, socket) => {
    const lines = held.get(socket) ?? [];
    held.set(socket, [...lines, line]);
    if (line !== 'PROBE') return;
    probes += 1;
    const reports = lines.filter((each) => each !== 'PROBE');
    if (lines.length - reports.length === 2) socket.write(reports.map(answer).join(''));
    socket.write('? PROBE\n');
  });
  await using stuck = await FakeServer.start(() => undefined);
  await using patient = herdOf([slow.address], { silenceMs: 50 });
  assert.equal((await patient.report({ client: 'kiwi', ...AT_SEA })).server, 'Fake');
  assert.ok(probes >= 3);
  await using other = herdOf([stuck.address, slow.address], { silenceMs: 50 });
  assert.equal((await other.report({ client: 'emu', ...AT_SEA })).server, 'Fake');
  assert.ok(stuck.connections >= 1);
});

test('a report that may be answered by a question about its client does not wait for that', async () => {
  let question = '';
  let report = '';
  await using server = await FakeServer.start((line, socket) => {
    if (line.startsWith('WHATSAT')) question = line;
    else if (line.startsWith('IAMAT')) report = line;
    if (line === 'PROBE') socket.write('? PROBE\n');
    else if (question !== '' && report !== '') socket.write(answer(report));
  });
  await using herd = herdOf([server.address]);
  const asked = herd.places('kiwi');
  const { server: name } = await herd.report({ client: 'kiwi', ...AT_SEA });
  assert.equal(name, 'Fake');
  const closed = assert.rejects(asked, ClosedError);
  await herd.close();
  await closed;
});

test('nobody answers: the deadline, a signal and closing end what waits', async () => {
  const [nobody = 0] = await takePorts(1);
  await using herd = herdOf([{ host: '127.0.0.1', port: nobody }]);
  const report = { client: 'kiwi', ...AT_SEA };
  const { attempts } = await untilUnreachable(herd, /: connection refused$/);
  assert.deepEqual(attempts, [{ server: `127.0.0.1:${nobody}`, reason: 'connection refused' }]);
  const stop = new AbortController();
  const waiting = herd.report(report, { signal: stop.signal });
  stop.abort(new RangeError('no more'));
  await assert.rejects(waiting, RangeError);
  await assert.rejects(herd.report(report, { signal: stop.signal }), RangeError);
  const left = assert.rejects(herd.report(report), ClosedError);
  await herd.close();
  await left;
  await assert.rejects(herd.report(report), ClosedError);
  assert.throws(() => herd.enqueue(report), ClosedError);
});

test('enqueued reports are sent once a server is there, the newest of a client stays', async () => {
  const [port = 0] = await takePorts(1);
  const clients = { host: '127.0.0.1', port };
  const dropped: string[] = [];
  await using herd = herdOf([clients], {
    bufferSize: 4,
    onDrop: ({ report, reason }) => dropped.push(`${report.client} ${reason}`),
  });
  for (const latitude of [1, 2, 3, 4]) herd.enqueue({ client: 'kiwi', ...AT_SEA, latitude });
  herd.enqueue({ client: 'emu', ...AT_SEA });
  assert.equal(herd.sendCounts.unsent, 4);
  await using server = await OwnServer.start({ clients });
  assert.deepEqual(await herd.flush(), { confirmed: 2, dropped: 3, unsent: 0 });
  assert.deepEqual(dropped, ['kiwi buffer-full', 'kiwi superseded', 'kiwi superseded']);
  await using client = await TestClient.connect(server.clients);
  assert.match((await locateOn(client, 'kiwi')) ?? '', / kiwi \+04-030 /);
});

test('what cannot be right is said at once', async () => {
  const herd = (options: object) => () => new TcpHerd({ servers: ['127.0.0.1:1'], ...options });
  const wrong: readonly [() => unknown, RegExp][] = [
    [herd({ servers: [] }), /servers: expected/],
    [herd({ servers: ['http://127.0.0.1:1'] }), /found "http:.*expected HOST:PORT/],
    [herd({ servers: ['127.0.0.1:0'] }), /expected HOST:PORT/],
    [herd({ inFlight: 0 }), /inFlight: found 0, expected 1 to 1000/],
    [herd({ token: 'a b' }), /token: expected/],
  ];
  for (const [make, message] of wrong) assert.throws(make, message);
  await using right = herd({ servers: ['[::1]:1', 'herd.example:11645'] })();
  const calls: readonly [() => Promise<unknown>, RegExp][] = [
    [() => right.report({ client: 'a b', ...AT_SEA }), /client: expected/],
    [() => right.report({ client: 'kiwi', latitude: 91, longitude: 0 }), /latitude: found 91/],
    [
      () => right.report({ client: 'kiwi', ...AT_SEA, accuracyM: 3 } as never),
      /accuracyM: the text/,
    ],
    [() => right.places('kiwi', { radiusM: 51_000 }), /radiusM: found 51000/],
    [() => right.places('kiwi', { limit: 21 }), /limit: found 21/],
  ];
  for (const [call, message] of calls) {
    await assert.rejects(call, (error: unknown) => {
      assert.ok(error instanceof InvalidArgumentError);
      assert.match(error.message, message);
      return true;
    });
  }
});
