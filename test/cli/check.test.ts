import assert from 'node:assert/strict';
import { appendFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { Authority } from '../support/certificate.ts';
import { TestFolder } from '../support/folder.ts';
import { TestHerd } from '../support/herd.ts';
import { CommandHost } from '../support/hosted-commands.ts';
import { CHECKOUT, runCli } from '../support/process.ts';

const commands = new CommandHost();
after(() => commands[Symbol.asyncDispose]());
const examples = join(CHECKOUT, 'examples');

for (const example of (await readdir(examples)).filter((name) => name.endsWith('.yaml'))) {
  test(`examples/${example} is valid, and nothing is odd about it`, async () => {
    const env = { GOOGLE_MAPS_API_KEY: 'not-a-real-key' };
    const { code, stdout, stderr } = await runCli(['check', '--config', join(examples, example)], {
      env,
    });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.match(stdout, /^SERVER /m);
    assert.doesNotMatch(stdout, /warning|not-a-real-key/);
  });
}

test('without a file it is the herd of the diagram', async () => {
  await using folder = await TestFolder.make();
  const { code, stdout } = await commands.run(['check'], folder.path);
  assert.equal(code, 0);
  assert.match(stdout, /^herd +proxy-herd$/m);
  assert.match(stdout, /^from +the built-in configuration$/m);
  assert.match(
    stdout,
    /^Jaquez +127\.0\.0\.1:11646 +127\.0\.0\.1:12646 +127\.0\.0\.1:13646 +Riley, Bernard, Campbell$/m,
  );
  assert.equal(stdout.match(/ - /g)?.length, 7, 'links');
});

test('herd.yaml of the working directory is used where no file is named', async () => {
  await using folder = await TestFolder.make();
  await writeFile(
    join(folder.path, 'herd.yaml'),
    'herd: mine\nservers: { A: { clients: h:1, peers: localhost:2 }, B: { clients: h:3, peers: localhost:4 } }\n',
  );
  const { code, stdout } = await commands.run(['check'], folder.path);
  assert.equal(code, 0, 'a herd in parts is odd, but no fault');
  assert.match(stdout, /^herd +mine$/m);
  assert.match(
    stdout,
    /^warning: the herd is in 2 parts that are not linked with each other: A \| B$/m,
  );
});

test('a fault has its file, line, key, what was found and what was expected', async () => {
  await using folder = await TestFolder.make();
  await writeFile(
    join(folder.path, 'herd.yaml'),
    'servers:\n  Riley:\n    clients: foo\n    peers: bar\n    color: red\n',
  );
  for (const args of [['check'], ['up'], ['serve', 'Riley'], ['send', 'Riley', 'x']]) {
    const { code, stdout, stderr } = await commands.run(args, folder.path);
    assert.equal(code, 2, args[0]);
    assert.equal(stdout, '');
    assert.equal(
      stderr,
      `herd.yaml:3: servers.Riley.clients: found "foo", expected host:port, for example 127.0.0.1:11645
herd.yaml:4: servers.Riley.peers: found "bar", expected host:port, for example 127.0.0.1:11645
herd.yaml:5: servers.Riley.color: unknown key (known here: clients, peers, gateway)
`,
    );
  }
});

test('a file that is not there is a configuration fault', async () => {
  await using folder = await TestFolder.make();
  const { code, stderr } = await commands.run(['check', '--config', 'no.yaml'], folder.path);
  assert.equal(code, 2);
  assert.equal(stderr, 'no.yaml: cannot be read: no such file\n');
});

test('a missing key stops a check as it stops a start', async () => {
  const ring = join(examples, 'ring.yaml');
  for (const command of ['check', 'up']) {
    const { code, stderr } = await commands.run([command, '--config', ring]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /ring\.yaml:\d+: places\.provider: .*GOOGLE_MAPS_API_KEY.*places\.keyFile\n$/,
    );
  }
});

test('a certificate that is missing for some servers is a warning, and for all of them an error', async () => {
  await using herd = await TestHerd.make({
    servers: ['Riley', 'Jaquez'],
    links: [['Riley', 'Jaquez']],
  });
  const files = "certFile: '{server}.pem', keyFile: '{server}.key', caFile: 'ca.pem'";
  await appendFile(herd.configFile, `peerTls: { ${files} }\n`);
  const none = await commands.run(['check', '--config', herd.configFile]);
  assert.equal(none.code, 2);
  assert.match(
    none.stderr,
    /peerTls.certFile: the file that it names cannot be read: no such file/,
  );

  const authority = new Authority('authority of the herd');
  const { cert, key } = authority.issue({ name: 'Riley' });
  await writeFile(join(herd.folder, 'Riley.pem'), cert);
  await writeFile(join(herd.folder, 'Riley.key'), key);
  await writeFile(join(herd.folder, 'ca.pem'), authority.certificate.cert);
  const some = await commands.run(['check', '--config', herd.configFile]);
  assert.equal(some.code, 0);
  assert.match(some.stdout, /^warning: Jaquez cannot start here: .* peerTls.certFile: /m);

  const both = { PROXY_HERD_SECRET: 'a secret of sixteen bytes' };
  const twice = await runCli(['check', '--config', herd.configFile], { env: both });
  assert.equal(twice.code, 2);
  assert.match(twice.stderr, /PROXY_HERD_SECRET: the herd has both a secret and certificates/);
});

test('without secrets a configuration is checked where they are not', async () => {
  const args = ['check', '--no-secrets', '--config', join(examples, 'ring.yaml')];
  const { code, stdout, stderr } = await commands.run(args);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  assert.match(stdout, /^places +google$/m);
});

test('as JSON there are the same facts', async () => {
  await using folder = await TestFolder.make();
  await writeFile(
    join(folder.path, 'herd.yaml'),
    'servers: { A: { clients: h:1, peers: localhost:2 }, B: { clients: h:3, peers: "[::1]:4", gateway: localhost:5 }, C: { clients: "[::1]:6", peers: localhost:7, gateway: none } }\nlinks: [[A, B]]\nlogs: none\n',
  );
  const { code, stdout } = await commands.run(['check', '--json'], folder.path);
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout), {
    valid: true,
    herd: 'proxy-herd',
    from: 'herd.yaml',
    framing: 'line',
    acknowledge: 'received',
    places: 'geonames',
    data: join(folder.path, 'data'),
    logs: null,
    servers: [
      {
        name: 'A',
        clients: 'h:1',
        peers: 'localhost:2',
        gateway: '127.0.0.1:2001',
        neighbours: ['B'],
      },
      { name: 'B', clients: 'h:3', peers: '[::1]:4', gateway: 'localhost:5', neighbours: ['A'] },
      { name: 'C', clients: '[::1]:6', peers: 'localhost:7', gateway: null, neighbours: [] },
    ],
    links: [['A', 'B']],
    warnings: [
      'the herd is in 2 parts that are not linked with each other: A, B | C',
      'without the link A - B the herd falls in two',
    ],
  });
});

test('as JSON there are the faults, with status 2', async () => {
  await using folder = await TestFolder.make();
  await writeFile(join(folder.path, 'herd.yaml'), 'servers: {}\nfoo: 1\nfoo: 2\n');
  const twice = await commands.run(['check', '--json'], folder.path);
  assert.deepEqual([twice.code, twice.stderr], [2, '']);
  assert.deepEqual(JSON.parse(twice.stdout), {
    valid: false,
    faults: ['herd.yaml:3: found the key "foo" a second time'],
  });
});
