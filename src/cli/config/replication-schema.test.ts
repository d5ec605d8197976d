import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfig } from './check-config.ts';
import { ConfigError } from './faults.ts';
import { parseYaml } from './parse-yaml.ts';

const SERVERS = 'servers: { A: { clients: 127.0.0.1:1, peers: 127.0.0.1:2 } }\n';

function replicationOf(text: string): unknown {
  return checkConfig(parseYaml('herd.yaml', `${SERVERS}${text}`)).replication;
}

function faultsOf(text: string): string {
  try {
    replicationOf(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return assert.fail('there is no fault');
}

test('a NATS cluster, with all that can be said of it', () => {
  const values = replicationOf(`
replication:
  engine: nats
  servers: [nats://127.0.0.1:4222, tls://nats.example.org]
  user: herd
  passwordFile: secret/nats
  caFile: nats/ca.pem
  domain: hub
  prefix: fleets.proxy-herd
  partitions: 4
  replicas: 3
  storage: memory
  retention: 2d
`);
  assert.deepEqual(values, {
    engine: 'nats',
    servers: ['nats://127.0.0.1:4222', 'tls://nats.example.org'],
    interest: 'all',
    cache: 100_000,
    user: 'herd',
    passwordFile: 'secret/nats',
    caFile: 'nats/ca.pem',
    domain: 'hub',
    prefix: 'fleets.proxy-herd',
    partitions: 4,
    replicas: 3,
    storage: 'memory',
    retention: 2 * 86_400_000,
  });
});

test('its defaults', () => {
  const values = replicationOf('replication: { engine: nats, servers: [nats://127.0.0.1:4222] }');
  assert.deepEqual(values, {
    engine: 'nats',
    servers: ['nats://127.0.0.1:4222'],
    interest: 'all',
    cache: 100_000,
    prefix: 'proxy-herd',
    partitions: 8,
    replicas: 1,
    storage: 'file',
    retention: 'forget',
  });
});

const expected = 'expected a URL such as nats://127.0.0.1:4222 or tls://nats.example.org:4222';
const wrong: [what: string, text: string, fault: string][] = [
  [
    'a URL with credentials, which are not shown',
    "{ engine: nats, servers: ['nats://user:secret@host:4222'] }",
    `replication.servers[0]: found "nats://***@host:4222", ${expected}`,
  ],
  [
    'a URL of something else',
    "{ engine: nats, servers: ['http://host'] }",
    `replication.servers[0]: found "http://host", ${expected}`,
  ],
  [
    'no server',
    '{ engine: nats, servers: [] }',
    'replication.servers: found an empty list, expected',
  ],
  [
    'an engine that there is not',
    '{ engine: kafka }',
    'replication.engine: found "kafka", expected a mapping whose engine is flood or nats',
  ],
  ['keys of NATS without it', '{ engine: flood, partitions: 2 }', 'partitions: unknown key'],
  [
    'a prefix with a wildcard',
    "{ engine: nats, servers: ['nats://host'], prefix: 'a.*' }",
    'replication.prefix: found "a.*", expected words of letters',
  ],
];
for (const [what, text, fault] of wrong) {
  test(`refused: ${what}`, () => {
    const message = faultsOf(`replication: ${text}`);
    assert.ok(message.includes(fault), message);
    assert.doesNotMatch(message, /secret/);
  });
}

test('with interest: used there are no links', () => {
  const nats = 'replication: { engine: nats, servers: [nats://127.0.0.1:4222], interest: used }';
  assert.match(
    faultsOf(`links: [[A, B]]\n${nats}`),
    /replication\.interest: found used beside links, expected no links/,
  );
  replicationOf(nats);
});
