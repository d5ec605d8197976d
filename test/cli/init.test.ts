import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { herdJsonSchema } from '#src/cli/config/json-schema/herd-json-schema.js';
import { TestFolder } from '../support/folder.ts';
import { CommandHost } from '../support/hosted-commands.ts';
import { CHECKOUT, runCli, TestProcess } from '../support/process.ts';

const commands = new CommandHost();
after(() => commands[Symbol.asyncDispose]());

const BEYOND = ['--server', 'a=192.0.2.1', '--server', 'b=192.0.2.2', '--server', 'c=2001:db8::3'];

async function modesIn(folder: string): Promise<Record<string, string>> {
  const modes: Record<string, string> = {};
  for (const name of (await readdir(folder)).sort()) {
    modes[name] = ((await stat(join(folder, name))).mode & 0o777).toString(8);
  }
  return modes;
}

test('without flags and a terminal it is a ring of three on loopback, which check finds right', async () => {
  await using folder = await TestFolder.make();
  const { code, stdout, stderr } = await commands.run(['init'], folder.path);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  assert.match(stdout, /^Wrote herd\.yaml\n\nNext:\n.* up +starts the herd/);
  assert.deepEqual(await modesIn(folder.path), { 'herd.yaml': '644' });
  const checked = await commands.run(['check'], folder.path);
  assert.equal(checked.code, 0, checked.stderr);
  assert.match(checked.stdout, /^links: alpha - beta, beta - gamma, gamma - alpha\n$/m);
  const text = await readFile(join(folder.path, 'herd.yaml'), 'utf8');
  const validate = new Ajv({ strict: false }).compile(herdJsonSchema());
  assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
  assert.match(text, /^# Only servers of the same herd link\.\nherd: proxy-herd$/m);
});

test('beyond loopback there are a secret and an access file, for their owner alone', async () => {
  await using folder = await TestFolder.make();
  const args = ['init', ...BEYOND, '--herd', 'far', '--port', '4000'];
  const env = { GOOGLE_MAPS_API_KEY: 'not-a-real-key' };
  const made = await runCli([...args, '--provider', 'google'], { cwd: folder.path, env });
  assert.deepEqual({ code: made.code, stderr: made.stderr }, { code: 0, stderr: '' });
  assert.match(made.stdout, / serve a +starts a, on 192\.0\.2\.1\n/);
  assert.deepEqual(await modesIn(folder.path), {
    'access.yaml': '600',
    'herd.yaml': '644',
    'operator.token': '600',
    'peer.secret': '600',
    'places.key': '600',
  });
  const read = (name: string): Promise<string> => readFile(join(folder.path, name), 'utf8');
  assert.match(await read('peer.secret'), /^[0-9a-f]{64}\n$/);
  assert.equal(await read('places.key'), 'not-a-real-key\n');
  const token = (await read('operator.token')).trim();
  for (const name of ['herd.yaml', 'access.yaml']) assert.ok(!(await read(name)).includes(token));
  assert.ok(!made.stdout.includes(token) && !made.stdout.includes('not-a-real-key'));
  const checked = await commands.run(['check'], folder.path);
  assert.equal(checked.code, 0, checked.stderr);
  assert.match(
    checked.stdout,
    /^c +\[2001:db8::3\]:4000 +\[2001:db8::3\]:5000 +127\.0\.0\.1:6000 /m,
  );
  assert.doesNotMatch(checked.stdout, /cannot start/);
  const listed = await commands.run(['token', 'list'], folder.path);
  assert.match(listed.stdout, /^operator .*report as \*; read \*; operate/m);
});

test('nothing that is there is replaced but with --force', async () => {
  await using folder = await TestFolder.make();
  const secret = join(folder.path, 'peer.secret');
  await writeFile(secret, 'as it was\n');
  const refused = await commands.run(['init', ...BEYOND], folder.path);
  assert.equal(refused.code, 2);
  assert.equal(
    refused.stderr,
    'proxy-herd: peer.secret is there already, and nothing was written: --force replaces it\n',
  );
  assert.deepEqual(await readdir(folder.path), ['peer.secret']);
  const forced = await commands.run(['init', ...BEYOND, '--force'], folder.path);
  assert.equal(forced.code, 0, forced.stderr);
  assert.match(await readFile(secret, 'utf8'), /^[0-9a-f]{64}\n$/);
  assert.equal((await stat(secret)).mode & 0o777, 0o600);
  const again = await commands.run(['init'], folder.path);
  assert.match(again.stderr, /herd\.yaml is there already/);
});

test('a name that leads nowhere is not written through', async () => {
  await using folder = await TestFolder.make();
  await symlink('elsewhere', join(folder.path, 'herd.yaml'));
  assert.equal((await commands.run(['init'], folder.path)).code, 2);
  assert.deepEqual(await readdir(folder.path), ['herd.yaml']);
});

test('where a file cannot be written, none is', async () => {
  await using folder = await TestFolder.make();
  const args = ['init', ...BEYOND, '--config', 'no/herd.yaml'];
  const { code, stderr } = await commands.run(args, folder.path);
  assert.equal(code, 1);
  assert.equal(stderr, 'proxy-herd: no/peer.secret cannot be written: there is no such folder\n');
  assert.deepEqual(await readdir(folder.path), []);
});

for (const [args, message] of [
  [['--herd', 'a b'], /^proxy-herd: found --herd "a b", expected a name of 1 to 64 letters/],
  [['--server', 'a', '--server', 'A'], /found --server "a A", expected 1 to 100 different names/],
  [['--server', 'a=no_:host'], /found --server .* each NAME or NAME=HOST/],
  [['--port', '65000'], /found --port 65000, expected a port from 1 to 63000/],
  [['--provider', 'bing'], /found --provider bing, expected one of geonames, file/],
  [['--provider', 'overpass'], /--places-url is missing, expected the URL of an Overpass server/],
  [['--places-url', 'http://h'], /found --places-url, which the provider geonames has not/],
  [['--provider', 'google'], /google needs an API key: set the variable GOOGLE_MAPS_API_KEY/],
  [
    ['--provider', 'file', '--places-file', 'no.index'],
    /^proxy-herd: nothing was written, since herd\.yaml would have a fault:\n.*places\.file: the place index .* cannot be used/,
  ],
] as const) {
  test(`init ${args.join(' ')} writes nothing`, async () => {
    await using folder = await TestFolder.make();
    const { code, stdout, stderr } = await commands.run(['init', ...args], folder.path);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.match(stderr, message);
    assert.deepEqual(await readdir(folder.path), []);
  });
}

test('in a project that has the package, editors find the schema', async () => {
  await using folder = await TestFolder.make();
  const packageFolder = join(folder.path, 'node_modules/proxy-herd');
  await mkdir(join(folder.path, 'node_modules'), { recursive: true });
  // As it is installed: the files themselves, since a link is followed before anything is loaded.

  for (const path of ['package.json', 'dist/bin', 'dist/herd.schema.json', 'dist/cli/access']) {
    await cp(join(CHECKOUT, path), join(packageFolder, path), { recursive: true });
  }
  await symlink(join(CHECKOUT, 'node_modules'), join(packageFolder, 'node_modules'));
  await mkdir(join(folder.path, 'deploy'));

  await using made = new TestProcess(
    process.execPath,
    [join(packageFolder, 'dist/bin/main.js'), 'init'],
    { cwd: join(folder.path, 'deploy') },
  );
  made.stdin.end();
  const { code, stderr } = await made.finished();
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  const text = await readFile(join(folder.path, 'deploy/herd.yaml'), 'utf8');
  const line = '# yaml-language-server: $schema=../node_modules/proxy-herd/dist/herd.schema.json\n';
  assert.ok(text.startsWith(line), text.slice(0, 100));
});
