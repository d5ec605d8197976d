import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { CliError } from '../errors.ts';
import type { HerdConfig } from './herd-config.ts';
import { checkConfig } from './check-config.ts';
import { findServer, serverOptions } from './server-options.ts';
import { parseYaml } from './parse-yaml.ts';

const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
after(() => rm(folder, { recursive: true }));

const SERVERS = `servers:
  A: { clients: h:1, peers: h:2 }
  B: { clients: h:3, peers: h:4 }
  C: { clients: h:5, peers: h:6 }
links: [[A, B], [C, A]]
`;
const parts = {
  placesKey: '',
  placesFile: undefined,
  secrets: [],
  peerCertificate: undefined,
  nats: undefined,
  hooks: [],
  map: undefined,
  clientCertificate: undefined,
  gatewayCertificate: undefined,
};

function load(more = ''): HerdConfig {
  return checkConfig(parseYaml(join(folder, 'herd.yaml'), SERVERS + more));
}

test('a server is told of its neighbours, in the order of the links', () => {
  const config = load('framing: idle\nlogs: ./the logs\n');
  const options = serverOptions(config, 'A', parts, undefined);
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
  assert.equal(logFile, join(folder, 'the logs', 'A.log'));
  const nothing = serverOptions(load('logs: none\ndata: none'), 'A', parts, undefined);
  assert.deepEqual([nothing.logFile, nothing.journalFolder], [undefined, undefined]);
});

test('an unknown server is a usage error that lists the known ones', () => {
  assert.throws(
    () => findServer(load(), 'D'),
    new CliError('USAGE', ['no server D (the servers are A, B, C)']),
  );
});

test('what is not in the file has its default', () => {
  const options = serverOptions(load(), 'A', parts, undefined);
  assert.equal(options.acknowledge, 'received');
  assert.equal(options.journalFolder, join(folder, 'data', 'A'));
  assert.equal(options.forgetMs, undefined);
  assert.equal(options.tombstoneGraceMs, 10 * 86_400_000);
  assert.equal(options.maxClients, 1_000_000);
  assert.equal(options.clientLimits.rate, undefined);
});

test('retention, acknowledgement and limits are as the file says', () => {
  const more =
    'acknowledge: journaled\nforget: 30d\nmaxClients: 5\nclientLimits: { idle: 1m, rate: { perSecond: 5, burst: 9 } }\n';
  const options = serverOptions(load(more), 'A', parts, undefined);
  assert.equal(options.acknowledge, 'journaled');
  assert.equal(options.forgetMs, 30 * 86_400_000);
  assert.equal(options.maxClients, 5);
  assert.equal(options.clientLimits.idleMs, 60_000);
  assert.deepEqual(options.clientLimits.rate, { perSecond: 5, burst: 9 });
});

test('a reply that promises the journal needs one', () => {
  assert.throws(() => load('acknowledge: journaled\ndata: none\n'), {
    message: `${join(folder, 'herd.yaml')}:6: acknowledge: found journaled, which needs a journal: data is none`,
  });
});
