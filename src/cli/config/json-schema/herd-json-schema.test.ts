import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv, type ErrorObject } from 'ajv';
import fc from 'fast-check';
import { parse } from 'yaml';
import { z } from 'zod';
import { checkConfig } from '../check-config.ts';
import { ConfigError } from '../faults.ts';
import { herdSchema } from '../schema.ts';
import { herdJsonSchema } from './herd-json-schema.ts';

const CHECKOUT = fileURLToPath(new URL('../../../../', import.meta.url));
const validate = new Ajv({ allErrors: true, strict: false }).compile(herdJsonSchema());

const SERVERS = {
  A: { clients: '127.0.0.1:1', peers: '127.0.0.1:2', gateway: 'none' },
  B: { clients: '[::1]:1', peers: 'b.example.org:2' },
};

/** A configuration with every key that goes with it, by what its places come from. */
const WHOLE = {
  google: whole({
    provider: 'google',
    url: 'https://places.example.org',
    keyFile: 'google.key',
    fieldMask: '*',
    details: ['phone'],
    region: 'us',
    shortPagesComplete: false,
    calls: { deadline: '1s', atOnce: 2 },
    budget: { perDay: 100 },
  }),
  overpass: whole({ provider: 'overpass', url: 'http://127.0.0.1/api', contact: 'a@example.org' }),
  file: whole({ provider: 'file', file: 'my.index' }),
  geonames: whole({}),
};

function whole(places: object): unknown {
  return {
    herd: 'whole',
    servers: SERVERS,
    links: [['A', 'B']],
    replication: { engine: 'nats', servers: ['nats://127.0.0.1:4222'], retention: '30d' },
    places: {
      rank: 'distance',
      types: ['cafe'],
      language: 'en',
      cache: { ttl: '5m', zeroTtl: 0, tolerance: 0.05, entries: 10 },
      ...places,
    },
    framing: 'idle',
    acknowledge: 'replicated',
    forget: '30d',
    tombstoneGrace: '1h',
    maxClients: 10,
    maxMemory: '16MiB',
    secretFile: 'peer.secret',
    clientTls: { certFile: 'a', keyFile: 'b' },
    gatewayTls: { certFile: 'a', keyFile: 'b' },
    access: { file: 'access.yaml', clients: 'always' },
    gatewayOrigins: ['*'],
    gatewayUrl: 'https://herd.example.org',
    hooks: { log: { url: 'https://log.example.org', events: ['enter'], clients: ['van-*'] } },
    clientLimits: { connections: 5, idle: '0', rate: { perSecond: 5, burst: 5 } },
    data: 'none',
    logs: './logs',
    logLevel: 'warn',
  };
}

/** Where the schema for editors finds faults, as `servers.A.clients`. */
function editorFaults(value: unknown): string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(placeOf);
}

function placeOf({ instancePath, keyword, params }: ErrorObject): string {
  const steps = instancePath.split('/').slice(1);
  if (keyword === 'additionalProperties') steps.push(String(params['additionalProperty']));
  return steps.join('.');
}

test('the examples and the configurations of the documents are as the schema has it', async () => {
  const texts: string[] = [];
  for (const file of await readdir(join(CHECKOUT, 'examples'))) {
    if (file.endsWith('.yaml'))
      texts.push(await readFile(join(CHECKOUT, 'examples', file), 'utf8'));
  }
  for (const file of ['README.md', 'docs/CONFIGURATION.md', 'docs/PLACES.md', 'docs/NATS.md']) {
    const text = await readFile(join(CHECKOUT, file), 'utf8');
    for (const [, block = ''] of text.matchAll(/^```yaml\n([^]*?)^```/gm)) texts.push(block);
  }
  const values = texts.map((text) => z.looseObject({}).parse(parse(text) ?? {}));
  const whole = values.filter((value) => 'servers' in value);
  assert.ok(whole.length >= 4, `${whole.length}`);
  for (const value of whole) assert.deepEqual(editorFaults(value), []);
  // What the documents show of a part is a part of a whole configuration.
  for (const value of values) {
    assert.deepEqual(editorFaults({ servers: SERVERS, ...value }), []);
  }
});

for (const [name, value] of Object.entries(WHOLE)) {
  test(`a configuration with ${name} and all keys is right in both schemas`, () => {
    assert.deepEqual(herdSchema.safeParse(value).error, undefined);
    assert.deepEqual(editorFaults(value), []);
  });
}

/** The places in a value, as paths. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  const children = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [path, ...children.flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

/** A copy of a value with another one at a path; `undefined` takes it out. */
function withValue(value: unknown, [key, ...rest]: readonly string[], other: unknown): unknown {
  if (key === undefined) return other;
  const copy = structuredClone(value) as Record<string, unknown>;
  const child = withValue(copy[key], rest, other);
  if (child === undefined && !Array.isArray(copy)) delete copy[key];
  else copy[key] = child;
  return copy;
}

/** Whether a configuration is right, but for the files that it names. */
function isRight(value: unknown): boolean {
  const source = { name: 'herd.yaml', file: undefined, folder: '/', lineOf: () => undefined };
  try {
    checkConfig({ source, value });
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

const anyConfig = fc
  .constantFrom(...Object.values(WHOLE))
  .chain((value) => fc.tuple(fc.constant(value), fc.constantFrom(...pathsOf(value))));

/** Values that are right at some place. */
const RIGHT = [
  0,
  1,
  '5m',
  '0',
  'none',
  'never',
  '1GiB',
  'google',
  'file',
  'received',
  true,
  'A',
  5.5,
];
const anyValue = fc.oneof(
  fc.constantFrom<unknown>(...RIGHT, undefined, null, [], {}),
  fc.jsonValue(),
);

test('what a server would start with has no fault for an editor', () => {
  fc.assert(
    fc.property(anyConfig, anyValue, ([value, path], other) => {
      const changed = withValue(value, path, other);
      if (isRight(changed)) assert.deepEqual(editorFaults(changed), []);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('a value of the wrong kind is a fault at its place in both schemas', () => {
  const wrong = fc.constantFrom<unknown>(null, [null], { color: 'red' }, '\0 ', false);
  let count = 0;
  fc.assert(
    fc.property(anyConfig, wrong, ([value, path], other) => {
      const changed = withValue(value, path, other);
      const { error } = herdSchema.safeParse(changed);
      if (error === undefined) return;
      count += 1;
      const faults = editorFaults(changed);
      assert.ok(faults.length > 0, JSON.stringify([path, other, error.issues]));
      const place = path.join('.');
      const near = faults.some((fault) => fault.startsWith(place) || place.startsWith(fault));
      assert.ok(near, `${place}: ${faults.join(', ')}`);
    }),
    { seed: 1, numRuns: 1000 },
  );
  assert.ok(count > 500, `${count}`);
});

for (const [what, path, other, place] of [
  ['an unknown key', ['colour'], 'red', 'colour'],
  ['an unknown key of a server', ['servers', 'A', 'port'], 1, 'servers.A.port'],
  ['a key of another provider', ['places', 'contact'], 'me', 'places.contact'],
  ['no server', ['servers'], {}, 'servers'],
  ['a key that is needed and missing', ['servers', 'A', 'peers'], undefined, 'servers.A'],
  ['a server with a name that is none', ['servers', 'a b'], SERVERS.A, 'servers'],
  ['a port that is none', ['servers', 'A', 'clients'], '127.0.0.1:65536', 'servers.A.clients'],
  ['the port 0', ['servers', 'B', 'peers'], '[::1]:0', 'servers.B.peers'],
  ['a language that is none', ['places', 'language'], 'English (US)', 'places.language'],
  ['a port without a host', ['servers', 'A', 'clients'], 8080, 'servers.A.clients'],
  ['a word that is none of a choice', ['acknowledge'], 'maybe', 'acknowledge'],
  ['a duration without a unit', ['forget'], 30, 'forget'],
  ['a number out of bounds', ['maxClients'], 0, 'maxClients'],
] as const) {
  test(`${what} is a fault for an editor and for a start`, () => {
    const changed = withValue(WHOLE.google, path, other);
    assert.ok(!isRight(changed));
    assert.ok(editorFaults(changed).includes(place), editorFaults(changed).join(', '));
  });
}
