import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { CliError } from '../errors.ts';
import type { HerdConfig } from './herd-config.ts';
import { checkConfig } from './check-config.ts';
import { readSecretParts } from './secret-files.ts';
import { parseYaml } from './parse-yaml.ts';

const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
after(() => rm(folder, { recursive: true }));

const SERVERS = `servers:
  A: { clients: h:1, peers: localhost:2 }
  B: { clients: h:3, peers: localhost:4 }
  C: { clients: h:5, peers: localhost:6 }
links: [[A, B], [C, A]]
`;
const SECRET = 'AIza-not-a-real-key';

function load(more = ''): HerdConfig {
  return checkConfig(parseYaml(join(folder, 'herd.yaml'), SERVERS + more));
}

async function readKey(config: HerdConfig, environment: NodeJS.ProcessEnv): Promise<string> {
  return (await readSecretParts(config, environment, 'A')).placesKey;
}

test('the key comes from the variable, or from a file, which goes first', async () => {
  const environment = { GOOGLE_MAPS_API_KEY: ` ${SECRET}\n` };
  await writeFile(join(folder, 'google.key'), 'from-the-file\r\n');
  for (const provider of ['google', 'google-legacy']) {
    assert.equal(await readKey(load(`places: { provider: ${provider} }`), environment), SECRET);
    const named = load(`places: { provider: ${provider}, keyFile: ./google.key }`);
    assert.equal(await readKey(named, environment), 'from-the-file');
  }
});

test('where no key is needed, none is read', async () => {
  const environment = { GOOGLE_MAPS_API_KEY: SECRET };
  const overpass = load("places: { provider: overpass, url: 'http://127.0.0.1:1' }");
  assert.equal(await readKey(load(), environment), '');
  assert.equal(await readKey(overpass, environment), '');
});

test('a missing key names the variable and the file, and the line', async () => {
  for (const environment of [{}, { GOOGLE_MAPS_API_KEY: '' }]) {
    await assert.rejects(readKey(load('places:\n  provider: google-legacy\n'), environment), {
      code: 'CONFIG',
      message: `${join(folder, 'herd.yaml')}:7: places.provider: google-legacy needs an API key: set the variable GOOGLE_MAPS_API_KEY, or name a file that has it with places.keyFile`,
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
    [google('two.key'), 'the file has no key, expected one word of printable ASCII'],
    [google('empty.key'), 'the file has no key'],
  ] as const) {
    await assert.rejects(readKey(config, environment), (error) => {
      assert.ok(error instanceof CliError);
      assert.ok(error.message.includes(reason), error.message);
      assert.ok(!error.message.includes(SECRET), error.message);
      return true;
    });
  }
  const broken = { GOOGLE_MAPS_API_KEY: `${SECRET}\n${SECRET}` };
  await assert.rejects(readKey(load('places: { provider: google-legacy }'), broken), (error) => {
    assert.ok(
      error instanceof CliError && error.message.includes('GOOGLE_MAPS_API_KEY has no key'),
    );
    assert.ok(!error.message.includes(SECRET));
    return true;
  });
});

test("the herd's secrets come from the variable or a file, one a line", async () => {
  const environment = { PROXY_HERD_SECRET: 'the first of them\n\n the second of them\n' };
  const read = async (more: string): Promise<readonly string[]> =>
    (await readSecretParts(load(more), environment, 'A')).secrets;
  assert.deepEqual(await read(''), ['the first of them', 'the second of them']);
  await writeFile(join(folder, 'herd.secret'), 'a-secret-from-the-file\r\n');
  assert.deepEqual(await read('secretFile: herd.secret'), ['a-secret-from-the-file']);
  assert.deepEqual((await readSecretParts(load(), {}, 'A')).secrets, []);
});

test('a secret file that is named must hold a secret', async () => {
  await writeFile(join(folder, 'blank.secret'), '\n \n');
  const environment = { PROXY_HERD_SECRET: SECRET };
  for (const [file, reason] of [
    ['blank.secret', 'secretFile: the file has no secret'],
    [SECRET, 'secretFile: the file that it names cannot be read'],
  ] as const) {
    await assert.rejects(
      readSecretParts(load(`secretFile: ${file}`), environment, 'A'),
      (error) => {
        assert.ok(error instanceof CliError && error.message.includes(reason));
        assert.ok(!error.message.includes(SECRET));
        return true;
      },
    );
  }
});

test('the client certificate is read from its files and tried', async () => {
  await writeFile(join(folder, 'c.pem'), 'CERT');
  await writeFile(join(folder, 'k.pem'), SECRET);
  const tls = 'clientTls: { certFile: c.pem, keyFile: k.pem }';
  await assert.rejects(readSecretParts(load(tls), {}, 'A'), (error) => {
    assert.ok(error instanceof CliError);
    assert.match(error.message, /:6: clientTls: the certificate is not readable/);
    assert.ok(!error.message.includes(SECRET));
    return true;
  });
});

test('a secret that is too short, or missing beyond loopback, is a fault with its line', async () => {
  const short = readSecretParts(load(), { PROXY_HERD_SECRET: 'short' }, 'A');
  await assert.rejects(short, /secretFile: the variable PROXY_HERD_SECRET: .* has 5 bytes/);
  const open = SERVERS.replace('localhost:4', '192.0.2.1:4');
  const config = checkConfig(parseYaml(join(folder, 'herd.yaml'), open));
  await assert.rejects(
    readSecretParts(config, {}, 'A'),
    /herd.yaml:3: servers.B.peers: set PROXY_HERD_SECRET/,
  );
  await readSecretParts(config, { PROXY_HERD_SECRET: 'a secret of some length' }, 'A');
});
