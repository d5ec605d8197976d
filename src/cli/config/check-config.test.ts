import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import test from 'node:test';
import { CliError } from '../errors.ts';
import type { HerdConfig } from './herd-config.ts';
import { checkConfig } from './check-config.ts';
import { type Address, formatAddress } from '../../transport/address.ts';
import { BUILT_IN } from './built-in.ts';
import { herdSchema } from './schema.ts';
import { parseYaml } from './parse-yaml.ts';

const TWO = `servers:
  Riley: { clients: 127.0.0.1:1001, peers: 127.0.0.1:1002 }
  Jaquez: { clients: 127.0.0.1:1003, peers: 127.0.0.1:1004 }
`;

function load(text: string): HerdConfig {
  return checkConfig(parseYaml('conf/herd.yaml', text));
}

/** The faults of a file, a line each. */
function faults(text: string): readonly string[] {
  try {
    load(text);
  } catch (error) {
    if (error instanceof CliError && error.code === 'CONFIG') return error.lines;
    throw error;
  }
  return [];
}

test('what is left out has its default', () => {
  const { source, servers, ...rest } = load(TWO);
  assert.equal(source.file, resolve('conf/herd.yaml'));
  assert.deepEqual([...servers.keys()], ['Riley', 'Jaquez']);
  assert.deepEqual(rest, {
    herd: 'proxy-herd',
    links: [],
    replication: { engine: 'flood' },
    places: {
      provider: 'geonames',
      rank: 'prominence',
      types: [],
      cache: {
        zeroTtl: 60_000,
        staleWhileRevalidate: 60_000,
        staleIfError: 3_600_000,
        tolerance: 0.01,
        entries: 10_000,
      },
      calls: { deadline: 5_000 },
    },
    framing: 'line',
    acknowledge: 'received',
    forgetMs: undefined,
    tombstoneGraceMs: 10 * 86_400_000,
    maxClients: 1_000_000,
    maxMemoryBytes: 1024 ** 3,
    secretFile: undefined,
    peerTls: undefined,
    clientTls: undefined,
    access: undefined,
    gatewayTls: undefined,
    gatewayOrigins: [],
    gatewayUrl: undefined,
    map: undefined,
    hooks: new Map(),
    clientLimits: {
      connections: 20_000,
      connectionsPerAddress: 20_000,
      commandsInFlight: 100,
      idleMs: 3_600_000,
      unreadMs: 60_000,
      rate: undefined,
    },
    data: resolve('conf/data'),
    logs: resolve('conf/logs'),
    logLevel: 'info',
  });
});

test('everything can be said', () => {
  const {
    servers,
    source: _,
    ...rest
  } = load(`
herd: site-7
servers:
  1: { clients: "[::1]:1001", peers: host.example:1002, gateway: 127.0.0.1:1003 }
  2: { clients: "[::1]:1004", peers: host.example:1005 }
links: [[1, 2]]
places:
  provider: google-legacy
  url: http://127.0.0.1:42700/
  rank: distance
  types: [museum, cafe, museum]
  language: pt-br
  keyFile: secret/key
  cache: { ttl: 0, zeroTtl: 1s, staleWhileRevalidate: 2s, staleIfError: 3s, tolerance: 0, entries: 5 }
  calls: { deadline: 60s, atOnce: 4 }
  budget: { perDay: 1000 }
framing: idle
acknowledge: neighbours
forget: 30d
tombstoneGrace: 1m
maxClients: 500
maxMemory: 512MiB
logLevel: warn
secretFile: secret/herd
peerTls: { certFile: 'peers/{server}.pem', keyFile: peers/key.pem, caFile: peers/ca.pem }
clientTls: { certFile: tls/cert.pem, keyFile: tls/key.pem }
gatewayTls: { certFile: web/cert.pem, keyFile: web/key.pem }
gatewayOrigins: [https://map.example.org, 'http://localhost:8080']
gatewayUrl: https://herd.example.org/here/
clientLimits:
  connections: 10
  connectionsPerAddress: 2
  commandsInFlight: 3
  idle: 5m
  unread: 10s
  rate: { perSecond: 100, burst: 200 }
data: /var/lib/herd
logs: none
`);
  assert.deepEqual(servers.get('1'), {
    clients: { host: '::1', port: 1001 },
    peers: { host: 'host.example', port: 1002 },
    gateway: { host: '127.0.0.1', port: 1003 },
  });
  assert.deepEqual(rest, {
    herd: 'site-7',
    links: [['1', '2']],
    replication: { engine: 'flood' },
    places: {
      provider: 'google-legacy',
      url: 'http://127.0.0.1:42700/',
      rank: 'distance',
      types: ['cafe', 'museum'],
      language: 'pt-BR',
      keyFile: 'secret/key',
      cache: {
        ttl: 0,
        zeroTtl: 1_000,
        staleWhileRevalidate: 2_000,
        staleIfError: 3_000,
        tolerance: 0,
        entries: 5,
      },
      calls: { deadline: 60_000, atOnce: 4 },
      budget: { perDay: 1_000 },
    },
    framing: 'idle',
    acknowledge: 'neighbours',
    forgetMs: 30 * 86_400_000,
    tombstoneGraceMs: 60_000,
    maxClients: 500,
    maxMemoryBytes: 512 * 1024 ** 2,
    secretFile: 'secret/herd',
    peerTls: { certFile: 'peers/{server}.pem', keyFile: 'peers/key.pem', caFile: 'peers/ca.pem' },
    clientTls: { certFile: 'tls/cert.pem', keyFile: 'tls/key.pem' },
    access: undefined,
    gatewayTls: { certFile: 'web/cert.pem', keyFile: 'web/key.pem' },
    gatewayOrigins: ['https://map.example.org', 'http://localhost:8080'],
    gatewayUrl: 'https://herd.example.org/here',
    map: undefined,
    hooks: new Map(),
    clientLimits: {
      connections: 10,
      connectionsPerAddress: 2,
      commandsInFlight: 3,
      idleMs: 300_000,
      unreadMs: 10_000,
      rate: { perSecond: 100, burst: 200 },
    },
    data: '/var/lib/herd',
    logs: undefined,
    logLevel: 'warn',
  });
});

test('one server and no links is a herd', () => {
  const { servers } = load('servers: { Solo: { clients: "h:1", peers: "h:2" } }');
  assert.equal(servers.size, 1);
});

test('an anchor and its alias can be used, and lines are still found', () => {
  const text = `servers:
  A: &it { clients: h:1, peers: x }
  B: *it
`;
  assert.deepEqual(faults(text), [
    'conf/herd.yaml:2: servers.A.peers: found "x", expected host:port, for example 127.0.0.1:11645',
    'conf/herd.yaml:2: servers.B.peers: found "x", expected host:port, for example 127.0.0.1:11645',
    'conf/herd.yaml:2: servers.B.clients: found h:1, which is servers.A.clients already',
  ]);
});

test('every fault is told, with its line, in the order of the file', () => {
  const text = `herd: a herd
sevrers: {}
servers:
  Riley:
    clients: foo
    peers: 127.0.0.1:1002
    colour: red
  Ja quez: { clients: 127.0.0.1:1003 }
links:
  - [Riley, Rily]
  - [Riley]
places: { provider: goggle, cache: { ttl: 5, entries: 0 } }
framing:
logs: [a]
`;
  const name =
    'expected a name of 1 to 64 letters, digits, _ . or -, the first one no . or -, for example Riley';
  const address = 'expected host:port, for example 127.0.0.1:11645';
  assert.deepEqual(faults(text), [
    `conf/herd.yaml:1: herd: found "a herd", ${name}`,
    'conf/herd.yaml:2: sevrers: unknown key; did you mean servers? (known here: herd, servers, links, replication, places, framing, acknowledge, forget, tombstoneGrace, maxClients, maxMemory, secretFile, peerTls, clientTls, access, gatewayTls, gatewayOrigins, gatewayUrl, map, hooks, clientLimits, data, logs, logLevel)',
    `conf/herd.yaml:5: servers.Riley.clients: found "foo", ${address}`,
    'conf/herd.yaml:7: servers.Riley.colour: unknown key (known here: clients, peers, gateway)',
    `conf/herd.yaml:8: servers."Ja quez".peers: missing, ${address}`,
    `conf/herd.yaml:8: servers."Ja quez": found "Ja quez", ${name}`,
    'conf/herd.yaml:10: links[0]: no server Rily; did you mean Riley? (the servers are Riley, "Ja quez")',
    'conf/herd.yaml:11: links[1]: found a list, expected a pair of servers, for example [Riley, Jaquez]',
    'conf/herd.yaml:12: places.provider: found "goggle", expected geonames or file or google or google-legacy or overpass',
    'conf/herd.yaml:12: places.cache.ttl: found 5, expected a duration such as 250ms, 30s, 5m, 1h, 30d, or 0',
    'conf/herd.yaml:12: places.cache.entries: found 0, expected a whole number from 1 to 1000000',
    'conf/herd.yaml:13: framing: found nothing, expected line or idle',
    'conf/herd.yaml:14: logs: found a list, expected the path of a folder, or none',
  ]);
});

test('links join two servers, once', () => {
  const text = `${TWO}links:
  - [Riley, Riley]
  - [Riley, Jaquez]
  - [Jaquez, Riley]
  - [Clark, Bernard]
`;
  assert.deepEqual(faults(text), [
    'conf/herd.yaml:5: links[0]: found [Riley, Riley], expected two different servers',
    'conf/herd.yaml:7: links[2]: found [Jaquez, Riley], which is there already',
    'conf/herd.yaml:8: links[3]: no server Clark (the servers are Riley, Jaquez)',
    'conf/herd.yaml:8: links[3]: no server Bernard (the servers are Riley, Jaquez)',
  ]);
});

test('a server has no more neighbours than it can tell apart', () => {
  const names = Array.from({ length: 32 }, (_, n) => `S${n}`);
  const servers = names.map(
    (name, n) => `  ${name}: { clients: a:${2 * n + 1}, peers: a:${2 * n + 2} }\n`,
  );
  const links = names.slice(1).map((name) => `  - [S0, ${name}]\n`);
  const text = `servers:\n${servers.join('')}links:\n${links.join('')}`;
  assert.deepEqual(faults(text), [
    'conf/herd.yaml:65: links[30]: found a link too many of S0, expected at most 30 of a server',
  ]);
});

test('no two ports have one address', () => {
  const text = `servers:
  Riley: { clients: Localhost:1, peers: localhost:1 }
  Jaquez:
    clients: host:2
    peers: host:3
    gateway: LOCALHOST:1
`;
  assert.deepEqual(faults(text), [
    'conf/herd.yaml:2: servers.Riley.peers: found localhost:1, which is servers.Riley.clients already',
    'conf/herd.yaml:6: servers.Jaquez.gateway: found localhost:1, which is servers.Riley.clients already',
  ]);
});

test('a gateway is for loopback', () => {
  const text = `servers:
  A: { clients: h:1, peers: h:2, gateway: 192.0.2.1:3 }
  B: { clients: h:4, peers: h:5, gateway: none }
  C: { clients: h:6, peers: h:7, gateway: nowhere }
`;
  assert.deepEqual(faults(text), [
    'conf/herd.yaml:2: servers.A.gateway: found 192.0.2.1:3, expected loopback, or access, which says who may do what',
    'conf/herd.yaml:4: servers.C.gateway: found "nowhere", expected host:port, for example 127.0.0.1:13645, or none',
  ]);
});

test('an origin is as browsers write it', () => {
  for (const origin of ['https://map.example.org/', 'map.example.org', 'ftp://a', 'https://a/b']) {
    const [fault = '', ...others] = faults(`${TWO}gatewayOrigins: ['${origin}']`);
    assert.ok(fault.startsWith('conf/herd.yaml:4: gatewayOrigins[0]: found '), fault);
    assert.deepEqual(others, []);
  }
  assert.deepEqual(load(`${TWO}gatewayOrigins: ['*']`).gatewayOrigins, ['*']);
});

test('what only one provider has is no key of the other', () => {
  assert.deepEqual(faults(`${TWO}places: { url: 'http://host', keyFile: key }`), [
    'conf/herd.yaml:4: places.url: the provider geonames has none; it goes with google, google-legacy, overpass',
    'conf/herd.yaml:4: places.keyFile: the provider geonames has none; it goes with google, google-legacy',
  ]);
});

test('overpass has no server of its own', () => {
  assert.deepEqual(faults(`${TWO}places: { provider: overpass, fieldMask: '*' }`), [
    'conf/herd.yaml:4: places.fieldMask: the provider overpass has none; it goes with google',
    'conf/herd.yaml:4: places.url: missing, expected the URL of an Overpass server, http or https and without a query: there is no default',
  ]);
});

test('what is asked of google is checked', () => {
  const google = (more: string): string => `${TWO}places: { provider: google, ${more} }`;
  for (const [more, key] of [
    ['fieldMask: places.rating', 'fieldMask'],
    ['fieldMask: "places.id, places.displayName"', 'fieldMask'],
    ['language: "!"', 'language'],
    ['region: usa', 'region'],
    ['types: [Cafe]', 'types[0]'],
    ['rank: popularity', 'rank'],
    ['details: [phone, rating]', 'details[1]'],
    ['types: [cafe, coffee]', 'types[1]'],
  ] as const) {
    const [fault = '', ...others] = faults(google(more));
    assert.ok(fault.startsWith(`conf/herd.yaml:4: places.${key}: found `), fault);
    assert.deepEqual(others, []);
  }
  load(google('region: br, details: [phone, wheelchair]'));
});

test('google-legacy has the nearest only of some types', () => {
  const legacy = (more: string): string => `${TWO}places: { provider: google-legacy, ${more} }`;
  assert.deepEqual(faults(legacy('rank: distance')), [
    'conf/herd.yaml:4: places.rank: found distance, which google-legacy has only for places of some types: name them with places.types',
  ]);
  load(legacy('rank: distance, types: [cafe]'));
});

const servers = 'expected a mapping of one or more servers by their names';
const root =
  'expected a mapping with the keys herd, servers, links, replication, places, framing, acknowledge, forget, tombstoneGrace, maxClients, maxMemory, secretFile, peerTls, clientTls, access, gatewayTls, gatewayOrigins, gatewayUrl, map, hooks, clientLimits, data, logs';

for (const [what, text, expected] of [
  ['an empty file', '', `conf/herd.yaml:1: found nothing, ${root}`],
  ['a comment alone', '# herd\n', `conf/herd.yaml:1: found nothing, ${root}`],
  ['a list', '- a\n', `conf/herd.yaml:1: found a list, ${root}`],
  ['no servers', 'herd: a\n', `conf/herd.yaml:1: servers: missing, ${servers}`],
  [
    'servers of nothing',
    'herd: a\nservers:\n',
    `conf/herd.yaml:2: servers: found nothing, ${servers}`,
  ],
  [
    'servers that are none',
    'servers: {}',
    `conf/herd.yaml:1: servers: found an empty mapping, ${servers}`,
  ],
  [
    'a key twice',
    `${TWO}herd: a\nherd: b\n`,
    'conf/herd.yaml:5: found the key "herd" a second time',
  ],
  ['a tab', `${TWO}places:\n\turl: a\n`, 'conf/herd.yaml:5: Tabs are not allowed as indentation'],
  ['two documents', `${TWO}---\na: b\n`, 'conf/herd.yaml:4: '],
  ['an unknown tag', `${TWO}herd: !x a\n`, 'conf/herd.yaml:4: Unresolved tag: !x'],
  ['an alias of nothing', `${TWO}herd: *x\n`, 'conf/herd.yaml:4: Unresolved alias'],
  ['the key __proto__', 'servers:\n  __proto__: {}\n', 'conf/herd.yaml:2: found the key __proto__'],
] as const) {
  test(`${what} is a fault with its line`, () => {
    const [first = '', ...others] = faults(text);
    assert.ok(first.startsWith(expected), first);
    assert.deepEqual(others, []);
  });
}

test('a wrong value is shown on one line, and not at any length', () => {
  const [first = ''] = faults(`${TWO}framing: "line\\n${'x'.repeat(500)}"`);
  assert.match(
    first,
    /^conf\/herd\.yaml:4: framing: found "line\\nx{50,60}…, expected line or idle$/,
  );
});

test('servers whose files would be one on some systems are a fault', () => {
  const three = `servers:
  Riley: { clients: h:1, peers: h:2 }
  riley: { clients: h:3, peers: h:4 }
  RILEY.Places: { clients: h:5, peers: h:6 }
`;
  assert.deepEqual(faults(three), [
    'conf/herd.yaml:3: servers.riley: found riley, which is Riley already but for its case',
    'conf/herd.yaml:4: servers.RILEY.Places: found RILEY.Places, a name under which Riley keeps data of its own',
  ]);
});

test('names that lead out of a folder or look like an option are a fault', () => {
  for (const name of ['.', '..', '.hidden', '--help', '-v']) {
    const [fault = ''] = faults(`servers: { "${name}": { clients: h:1, peers: h:2 } }`);
    assert.match(fault, /: found .*, expected a name of /, name);
  }
});

test('a time limit of clients has a least, a most, and 0 for none', () => {
  for (const text of ['1ms', '999ms', '25d', '-1s', 'never']) {
    assert.deepEqual(faults(`${TWO}clientLimits: { idle: ${text}, unread: ${text} }`), [
      `conf/herd.yaml:4: clientLimits.idle: found "${text}", expected a duration from 1s to 24d, or 0 for no limit`,
      `conf/herd.yaml:4: clientLimits.unread: found "${text}", expected a duration from 1s to 24d, or 0 for no limit`,
    ]);
  }
  const { clientLimits } = load(`${TWO}clientLimits: { idle: 0, unread: 24d }`);
  assert.deepEqual([clientLimits.idleMs, clientLimits.unreadMs], [0, 24 * 86_400_000]);
});

test('the built-in configuration is what a file with the same servers and links would be', () => {
  const text = (address: Address | 'none' | undefined): unknown =>
    typeof address === 'object' ? formatAddress(address) : address;
  const servers = Object.entries(BUILT_IN.servers).map(
    ([name, { clients, peers, gateway }]): [string, unknown] => [
      name,
      { clients: text(clients), peers: text(peers), gateway: text(gateway) },
    ],
  );
  const file: unknown = { servers: Object.fromEntries(servers), links: BUILT_IN.links };
  assert.deepEqual(herdSchema.parse(file), BUILT_IN);
});
