import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { CliError } from '../errors.ts';
import { checkConfig, type HerdConfig } from './load.ts';
import { findServer, placesOptions, serverOptions } from './server-options.ts';
import { parseSource } from './source.ts';

const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
after(() => rm(folder, { recursive: true }));

const SERVERS = `servers:
  A: { clients: h:1, peers: h:2 }
  B: { clients: h:3, peers: h:4 }
  C: { clients: h:5, peers: h:6 }
links: [[A, B], [C, A]]
`;
const SECRET = 'AIza-not-a-real-key';
const cache = { ttlMs: 300_000, entries: 10_000 };

function load(more = ''): HerdConfig {
  return checkConfig(parseSource(join(folder, 'herd.yaml'), SERVERS + more));
}

test('a server is told of its neighbours, in the order of the links', () => {
  const config = load('framing: idle\nlogs: ./the logs\n');
  const places = { provider: 'geonames', cache } as const;
  const options = serverOptions(config, 'A', places);
  assert.deepEqual(options.neighbours, [
    { name: 'B', peers: { host: 'h', port: 4 } },
    { name: 'C', peers: { host: 'h', port: 6 } },
  ]);
  const { herd, name, clients, peers, framing, logFile } = options;
  assert.deepEqual([herd, name, framing], ['proxy-herd', 'A', 'idle']);
  assert.deepEqual(
    [clients, peers],
    [
      { host: 'h', port: 1 },
      { host: 'h', port: 2 },
    ],
  );
  assert.equal(options.places, places);
  assert.equal(logFile, join(folder, 'the logs', 'A.log'));
  assert.equal(serverOptions(load('logs: none'), 'A', places).logFile, undefined);
});

test('an unknown server is a usage error that lists the known ones', () => {
  assert.throws(
    () => findServer(load(), 'D'),
    new CliError('USAGE', ['no server D (the servers are A, B, C)']),
  );
});

test('geonames needs no key', async () => {
  assert.deepEqual(await placesOptions(load(), {}), { provider: 'geonames', cache });
});

test('the key comes from the variable, or from a file, which goes first', async () => {
  const environment = { GOOGLE_MAPS_API_KEY: ` ${SECRET}\n` };
  const google = { provider: 'google-legacy', url: 'https://maps.googleapis.com', cache } as const;
  const named = load('places: { provider: google-legacy, keyFile: ./google.key }');
  await writeFile(join(folder, 'google.key'), 'from-the-file\r\n');
  assert.deepEqual(await placesOptions(load('places: { provider: google-legacy }'), environment), {
    ...google,
    key: SECRET,
  });
  assert.deepEqual(await placesOptions(named, environment), { ...google, key: 'from-the-file' });
});

test('a missing key names the variable and the file, and the line', async () => {
  for (const environment of [{}, { GOOGLE_MAPS_API_KEY: '' }]) {
    await assert.rejects(placesOptions(load('places:\n  provider: google-legacy\n'), environment), {
      code: 'CONFIG',
      message: `${join(folder, 'herd.yaml')}:7: places.provider: google-legacy needs an API key: set the variable GOOGLE_MAPS_API_KEY, or name a file that holds it with places.keyFile`,
    });
  }
});

test('no message holds a key, wherever it was put', async () => {
  const google = (keyFile: string): HerdConfig =>
    load(`places: { provider: google-legacy, keyFile: ${keyFile} }`);
  await writeFile(join(folder, 'two.key'), `${SECRET} ${SECRET}`);
  await writeFile(join(folder, 'empty.key'), '\n');
  const environment = { GOOGLE_MAPS_API_KEY: SECRET };
  for (const [config, reason] of [
    [google(SECRET), 'no such file'],
    [google('.'), 'it is a folder'],
    [google('two.key'), 'the file holds no key, expected one word of printable ASCII'],
    [google('empty.key'), 'the file holds no key'],
  ] as const) {
    await assert.rejects(placesOptions(config, environment), (error) => {
      assert.ok(error instanceof CliError);
      assert.ok(error.message.includes(reason), error.message);
      assert.ok(!error.message.includes(SECRET), error.message);
      return true;
    });
  }
  const broken = { GOOGLE_MAPS_API_KEY: `${SECRET}\n${SECRET}` };
  await assert.rejects(
    placesOptions(load('places: { provider: google-legacy }'), broken),
    (error) => {
      assert.ok(
        error instanceof CliError && error.message.includes('GOOGLE_MAPS_API_KEY holds no key'),
      );
      assert.ok(!error.message.includes(SECRET));
      return true;
    },
  );
});
