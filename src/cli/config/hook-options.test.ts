import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { HookOptions } from '../../gateway/hooks/options.ts';
import { checkConfig } from './check-config.ts';
import { ConfigError } from './faults.ts';
import { readHooks } from './hook-options.ts';
import { parseYaml } from './parse-yaml.ts';

const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
after(() => rm(folder, { recursive: true }));

const SECRET = `whsec_${Buffer.alloc(32, 'hook').toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 'other').toString('base64')}`;
const URL_WITH_SECRET = 'https://user:pa55word@example.org/api/webhook/pa55word';

/** The hooks of a configuration, each on a line of its own. */
async function read(
  hooks: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv = {},
): Promise<readonly HookOptions[]> {
  const lines = Object.entries(hooks).map(([name, hook]) => `  ${name}: ${hook}\n`);
  const text = `servers: { A: { clients: h:1, peers: localhost:2 } }\nhooks:\n${lines.join('')}`;
  return readHooks(checkConfig(parseYaml(join(folder, 'herd.yaml'), text)), environment);
}

async function faultOf(hook: string, environment: NodeJS.ProcessEnv = {}): Promise<string> {
  try {
    await read({ van: hook }, environment);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.ok(!error.message.includes('pa55word'), error.message);
    return error.message.replace(join(folder, 'herd.yaml'), '');
  }
  return '';
}

test('a hook of a URL and a secret file has defaults; a secret a line', async () => {
  await writeFile(join(folder, 'van.secret'), `${SECRET}\n\n ${OTHER} \n`);
  assert.deepEqual(await read({ van: '{ url: "https://example.org/", secretFile: van.secret }' }), [
    {
      name: 'van',
      url: 'https://example.org/',
      form: 'json',
      events: ['location', 'enter', 'leave', 'removed'],
      clients: ['*'],
      secrets: [SECRET, OTHER],
      allowPrivate: false,
      followRedirects: false,
      timeoutMs: 15_000,
    },
  ]);
});

test('URL and secret come from the environment, and a URL from a file', async () => {
  const environment = {
    PROXY_HERD_HOOK_FRONT_DOOR_URL: 'https://example.org/door\n',
    PROXY_HERD_HOOK_FRONT_DOOR_SECRET: SECRET,
  };
  await writeFile(join(folder, 'home.url'), 'http://10.0.0.2/api/webhook/x\n');
  const home = '{ urlFile: home.url, form: home-assistant, allowPrivate: true }';
  const [door, ha] = await read({ 'front-door': '{ timeout: 5s }', home }, environment);
  assert.deepEqual([door?.url, door?.secrets], ['https://example.org/door', [SECRET]]);
  assert.equal(door?.timeoutMs, 5000);
  assert.deepEqual([ha?.url, ha?.secrets], ['http://10.0.0.2/api/webhook/x', []]);
  assert.deepEqual(ha?.events, ['location']);
});

test('everything can be said', async () => {
  const hook =
    '{ url: "http://10.0.0.2/x?y", secretFile: van.secret, events: [enter, leave], clients: ["van-*", anna], allowPrivate: true, followRedirects: true, timeout: 100ms }';
  const [van] = await read({ 'van-7': hook });
  assert.deepEqual(van, {
    name: 'van-7',
    url: 'http://10.0.0.2/x?y',
    form: 'json',
    events: ['enter', 'leave'],
    clients: ['van-*', 'anna'],
    secrets: [SECRET, OTHER],
    allowPrivate: true,
    followRedirects: true,
    timeoutMs: 100,
  });
});

test('what is wrong is said with its line, and without URL and secret', async () => {
  await writeFile(join(folder, 'bad'), 'pa55word\n');
  await writeFile(join(folder, 'empty'), '\n');
  const signed = { PROXY_HERD_HOOK_VAN_SECRET: SECRET };
  for (const [hook, environment, expected] of [
    [
      '{ url: "https://example.org/" }',
      {},
      /^:3: hooks\.van: the form json is signed: set PROXY_HERD_HOOK_VAN_SECRET/,
    ],
    ['{}', signed, /^:3: hooks\.van: it has no URL: .* PROXY_HERD_HOOK_VAN_URL$/],
    [
      `{ url: "${URL_WITH_SECRET}" }`,
      signed,
      /^:3: hooks\.van\.url: expected a URL .* without user/,
    ],
    [
      '{ url: "http://example.org/pa55word" }',
      signed,
      /^:3: hooks\.van\.url: expected a URL that begins with https/,
    ],
    ['{ urlFile: bad }', signed, /^:3: hooks\.van\.urlFile: the file has no such URL/],
    [
      '{}',
      { ...signed, PROXY_HERD_HOOK_VAN_URL: 'pa55word' },
      /the variable PROXY_HERD_HOOK_VAN_URL has no such URL/,
    ],
    [
      '{ url: "https://example.org/", urlFile: bad }',
      signed,
      /urlFile: expected url or urlFile, not both$/,
    ],
    ['{ urlFile: pa55word }', signed, /urlFile: the file that it names cannot be read/],
    [
      '{ url: "https://example.org/", secretFile: bad }',
      {},
      /secretFile: the file has something else than whsec_/,
    ],
    [
      '{ url: "https://example.org/", secretFile: empty }',
      {},
      /secretFile: the file has no secret/,
    ],
    ['{ url: "https://h/", form: home-assistant, events: [removed] }', {}, /events: found removed/],
    ['{ url: "https://h/", clients: [two words] }', signed, /clients\[0\]: found "two words"/],
    [
      '{ url: "https://h/", timeout: 2m }',
      signed,
      /timeout: found "2m", expected a duration from 100ms/,
    ],
    ['{ url: "https://h/", retries: 2 }', signed, /unknown key/],
  ] as const) {
    assert.match(await faultOf(hook, environment), expected);
  }
});

test('names are small letters, and there are 16 at most', async () => {
  const hook = '{ url: "https://example.org/" }';
  for (const name of ['Van', '_van', 'a_b', '1st']) {
    await assert.rejects(read({ [name]: hook }), /hooks\.\S+: expected the name of a hook/);
  }
  const many = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`h${i}`, hook]));
  await assert.rejects(read(many), /a mapping of at most 16 hooks/);
});
