import assert from 'node:assert/strict';
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { moment, OPEN_SEA } from '../support/commands.ts';
import { TestFolder } from '../support/folder.ts';
import { TestHerd } from '../support/herd.ts';
import { CommandHost } from '../support/hosted-commands.ts';
import { runCli, type Finished } from '../support/process.ts';
import { untilLogged } from '../support/server-log.ts';

const commands = new CommandHost();
after(() => commands[Symbol.asyncDispose]());

const TOKEN = /^ph_[0-9a-f]{32}\n$/;
const HERD = `servers: { A: { clients: "127.0.0.1:1", peers: "127.0.0.1:2", gateway: "127.0.0.1:13645" } }
access: { file: access.yaml }
`;

/** A folder with a configuration in which access is on, and the command line in it. */
class Desk implements AsyncDisposable {
  readonly #folder: TestFolder;

  private constructor(folder: TestFolder) {
    this.#folder = folder;
  }

  static async make(herd = HERD): Promise<Desk> {
    const folder = await TestFolder.make();
    await writeFile(join(folder.path, 'herd.yaml'), herd);
    return new Desk(folder);
  }

  get accessFile(): string {
    return join(this.#folder.path, 'access.yaml');
  }

  run(line: string): Promise<Finished> {
    return commands.run(line.split(' '), this.#folder.path);
  }

  /** Runs what has to succeed; returns what it printed on standard output. */
  async do(line: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(line);
    assert.equal(code, 0, `${line}\n${stderr}`);
    return stdout;
  }

  /** Runs what has to be a usage error; returns the message. */
  async fail(line: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(line);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, line);
    assert.match(stderr, /^proxy-herd: .*\n$/);
    return stderr;
  }

  async list(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return JSON.parse(await this.do('token list --json')) as Record<string, unknown>[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}

test('a token is on standard output alone, once, and nowhere in the file', async () => {
  await using desk = await Desk.make();
  await desk.do('group set family anna kid-* 007');
  const made = await desk.run(
    'token create --client anna --read ben --group family --expires 30d --name anna-phone',
  );
  assert.match(made.stdout, TOKEN);
  assert.match(
    made.stderr,
    /^proxy-herd: anna-phone may report as anna; read ben, group family; it expires at \S+Z\n.*only time/,
  );
  const token = made.stdout.trim();
  const file = await readFile(desk.accessFile, 'utf8');
  for (const text of [
    made.stderr,
    file,
    await desk.do('token list'),
    JSON.stringify(await desk.list()),
  ]) {
    assert.ok(!text.includes(token.slice(3)));
  }
  assert.equal((await stat(desk.accessFile)).mode & 0o777, 0o600);
  const [listed] = await desk.list();
  assert.deepEqual(
    { ...listed, created: null, expires: null },
    {
      name: 'anna-phone',
      state: 'good',
      share: false,
      created: null,
      expires: null,
      revoked: null,
      report: ['anna'],
      read: ['ben'],
      groups: ['family'],
      operate: false,
      waypoints: false,
      passphraseFile: null,
    },
  );
  const life = Date.parse(String(listed?.['expires'])) - Date.parse(String(listed?.['created']));
  assert.ok(life >= 30 * 86_400_000 && life <= 30 * 86_400_000 + 2000, `${life} ms`);
  const groups: unknown = JSON.parse(await desk.do('group list --json'));
  assert.deepEqual(groups, [{ name: 'family', clients: ['anna', 'kid-*', '007'] }]);
});

test('as JSON a token comes with what it may do; without a name it gets one', async () => {
  await using desk = await Desk.make();
  const made = JSON.parse(await desk.do('token create --operate --json')) as Record<
    string,
    unknown
  >;
  assert.match(`${String(made['token'])}\n`, TOKEN);
  assert.match(String(made['name']), /^token-[0-9a-f]{8}$/);
  assert.deepEqual([made['operate'], made['expires'], made['share']], [true, null, false]);
});

test('a token with a passphrase names its file, which has to be there', async () => {
  await using desk = await Desk.make();
  const create = 'token create --name a --client anna --waypoints --passphrase-file';
  const { code, stderr } = await desk.run(`${create} no.passphrase`);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /access\.yaml: tokens\.a\.passphraseFile: the file that it names is not there/,
  );
  const file = join(dirname(desk.accessFile), 'anna.passphrase');
  await writeFile(file, 'correct horse\n', { mode: 0o600 });
  const made = await desk.run(`${create} ${file}`);
  assert.match(made.stderr, /a may report as anna; put waypoints; encrypt\n/);
  const [listed] = await desk.list();
  assert.deepEqual([listed?.['waypoints'], listed?.['passphraseFile']], [true, 'anna.passphrase']);
  assert.ok(!(await readFile(desk.accessFile, 'utf8')).includes('horse'));
});

test('for an app a token is made for one phone, and printed as what sets it up', async () => {
  await using desk = await Desk.make(`${HERD}gatewayUrl: https://herd.example.org\n`);
  const { stdout, stderr } = await desk.run('token create --app owntracks --client anna --qr');
  const [, link = '', code = '', steps = ''] = stdout.split('\n\n');
  assert.match(stdout, /^owntracks for anna\n/);
  assert.match(link, /^owntracks:\/\/\/config\?inline=/);
  assert.match(code, /^[█▀▄ \n]{1000,}$/);
  assert.match(
    steps,
    /^1\. install .*\n2\. open the link .*\n3\. .*https:\/\/herd\.example\.org\/in\/owntracks,/,
  );
  assert.match(stderr, /may report as anna\n.*only time/);
  const json = await desk.do(
    'token create --app traccar --client a --url https://x.example --json',
  );
  const { token, url, code: text, link: none } = JSON.parse(json) as Record<string, string>;
  assert.deepEqual([none, url], [null, 'https://x.example']);
  assert.ok(text?.startsWith(`https://x.example/in/traccar/${token}?id=a&`), text);
  await desk.do('token create --app traccar-forward --client truck-*');
  assert.match(
    (await desk.run('token create --app ulogger --client a --url http://127.0.0.1:1')).stderr,
    /no phone reaches http:\/\/127\.0\.0\.1:1, .* gatewayUrl/,
  );
  for (const [options, message] of [
    ['--app owntrack --client a', /expected owntracks, .*; did you mean owntracks\?/],
    ['--app owntracks --client kid-*', /one client: name it with --client, once/],
    ['--app owntracks --client a --client b', /one client: name it/],
    ['--app owntracks --group family', /one client: name it/],
    ['--app traccar-forward --client a --qr', /no code for traccar-forward/],
    ['--app owntracks --client a --url https://a:b@x', /--url: expected an http or https URL/],
    ['--client a --qr', /--qr and --url go with --app/],
  ] as const) {
    assert.match(await desk.fail(`token create ${options}`), message);
  }
  assert.equal((await desk.list()).length, 4);
  await writeFile(join(dirname(desk.accessFile), 'secret'), 'correct horse\n', { mode: 0o600 });
  const encrypting = 'token create --app owntracks --client b --passphrase-file secret';
  const [, its = ''] = /inline=(\S+)/.exec(await desk.do(encrypting)) ?? [];
  assert.match(
    Buffer.from(decodeURIComponent(its), 'base64').toString(),
    /"encryptionKey":"correct horse"/,
  );
});

test('a share link reads one client or one group, for a time', async () => {
  await using desk = await Desk.make();
  await desk.do('group set family anna');
  assert.match(await desk.do('token share anna --expires 2h --name one'), TOKEN);
  assert.match(await desk.do('token share --group family --expires 90m --name many'), TOKEN);
  for (const [command, path] of [
    ['a/b', 'a%2Fb'],
    ['--group family', ''],
  ] as const) {
    const { stdout, stderr } = await desk.run(`token share ${command} --expires 2h --json`);
    const { token, urls, link } = JSON.parse(stdout) as Record<'token' | 'link', string> & {
      urls: string[];
    };
    assert.equal(link, `http://127.0.0.1:13645/#/map${path && `/${path}`}?token=${token}`);
    const shown = path === '' ? '?group=family' : `/${path}`;
    assert.deepEqual(urls, [`http://127.0.0.1:13645/v1/clients${shown}`]);
    assert.ok(stderr.includes(`it shows ${urls[0]}\n`) && !stderr.includes(token), stderr);
  }
  const link = await desk.do('token share a/b --expires 2h --link');
  assert.match(link, /^http:\/\/127\.0\.0\.1:13645\/#\/map\/a%2Fb\?token=ph_[0-9a-f]{32}\n?$/);
  const facts = (await desk.list())
    .slice(0, 2)
    .map(({ share, report, read, groups, operate }) => [share, report, read, groups, operate]);
  assert.deepEqual(facts, [
    [true, [], ['anna'], [], false],
    [true, [], [], ['family'], false],
  ]);
  assert.match(await desk.fail('token share --expires 2h'), /one client or one group/);
  assert.match(
    await desk.fail('token share anna --group family --expires 2h'),
    /one client or one/,
  );
  assert.match(
    await desk.fail('token share kid-* --expires 2h'),
    /expected one client; .* a group/,
  );
  const { code, stderr } = await desk.run('token share anna');
  assert.deepEqual([code, stderr.includes('--expires')], [2, true]);
});

test('tokens are revoked, all that are named or none', async () => {
  await using desk = await Desk.make();
  for (const name of ['one', 'two', 'three'])
    await desk.do(`token create --client x --name ${name}`);
  assert.match(await desk.fail('token revoke one twoo'), /no token twoo; did you mean two\?/);
  await desk.do('token revoke one two');
  const [before] = await desk.list();
  await desk.do('token revoke one');
  const after = await desk.list();
  assert.deepEqual(
    after.map(({ state }) => state),
    ['revoked', 'revoked', 'good'],
  );
  assert.equal(after[0]?.['revoked'], before?.['revoked'], 'when it was first revoked stays');
  assert.match(await desk.do('token list'), /^one +revoked +never +report as x$/m);
});

test('what cannot be is a usage error that says what was expected, and changes nothing', async () => {
  await using desk = await Desk.make();
  await desk.do('token create --client x --name taken');
  await desk.do('group set family anna');
  await desk.do('token create --group family --name reader');
  const before = await readFile(desk.accessFile, 'utf8');
  const secret = `ph_${'5a'.repeat(16)}`;
  const cases: readonly [line: string, message: RegExp][] = [
    ['token create', /a token is for something: name it with --client, --read/],
    ['token create --client x --name taken', /a token taken already/],
    ['token create --client x --name .x', /found --name "\.x", expected a name/],
    [`token create --client x --name ${secret}`, /found --name that is a token, expected a name/],
    [`token revoke ${secret}`, /no token ph_\*\*\*/],
    ['token create --client a\\b', /found --client .*, expected the ID of a client/],
    ['token create --group famly', /no group famly; did you mean family\?; make it with/],
    ['token create --client x --expires soon', /found --expires soon, expected a duration such/],
    ['token create --client x --expires 0', /found --expires 0, expected/],
    ['token create --client x --expires 40000d', /expected a duration .* at most 36500d/],
    ['group set .x a', /found the group "\.x", expected a name/],
    ['group remove famly', /no group famly; did you mean family\?/],
    ['group remove family', /tokens read the group family: reader; /],
  ];
  for (const [line, message] of cases) {
    const stderr = await desk.fail(line);
    assert.match(stderr, message);
    assert.ok(!stderr.includes(secret));
  }
  assert.equal(await readFile(desk.accessFile, 'utf8'), before);
  await desk.do('token create --client x --name other');
});

test('where access is off the commands say how to turn it on, and lists of nothing are empty', async () => {
  await using off = await Desk.make(HERD.replace(/access.*\n/, ''));
  for (const line of ['token list', 'token create --client x', 'group list', 'group set a b']) {
    assert.match(await off.fail(line), /access is off: .*herd\.yaml, .*access: \{ file: /);
  }
  await using desk = await Desk.make();
  assert.deepEqual(await desk.list(), []);
  assert.equal(await desk.do('group list'), 'NAME  CLIENTS\n');
});

test('a file that others may read, or that is faulty, is neither used nor changed', async () => {
  await using desk = await Desk.make();
  await writeFile(desk.accessFile, 'version: 1\n', { mode: 0o644 });
  for (const line of ['token list', 'token create --client x', 'check']) {
    const { code, stderr } = await desk.run(line);
    assert.deepEqual(
      [code, stderr],
      [2, 'access.yaml: found mode 0644, expected 0600: chmod 600 access.yaml\n'],
    );
  }
});

test('what the commands make a running herd takes, on every server', async () => {
  await using herd = await TestHerd.make({ servers: ['A', 'B'], links: [['A', 'B']] });
  await appendFile(herd.configFile, 'access: { file: access.yaml, clients: always }\n');
  const run = async (line: string): Promise<string> => {
    const { code, stdout, stderr } = await runCli([
      ...line.split(' '),
      '--config',
      herd.configFile,
    ]);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  const phone = await run('token create --client anna --name phone');
  await herd.serveAll();
  const share = await run('token share anna --expires 2h --name link');
  for (const name of herd.servers) await untilLogged(herd, name, { event: 'reloaded' });
  await using a = await TestClient.connect(herd.clients('A'));
  await using b = await TestClient.connect(herd.clients('B'));
  assert.equal(await a.ask(`AUTH ${phone}`), 'AUTH phone');
  assert.equal(await b.ask(`AUTH ${share}`), 'AUTH link');
  const at = await a.ask(`IAMAT anna ${OPEN_SEA} ${moment(0)}`);
  assert.match(at, /^AT A /);
  b.sendLine('WHATSAT anna 10 5');
  assert.equal((await b.readPlaces()).at, at);
  await run('token revoke link');
  for (const name of herd.servers) await untilLogged(herd, name, { event: 'reloaded' }, 2);
  assert.equal(await b.ask('WHATSAT anna 10 5'), '? WHATSAT anna 10 5');
});

test('send shows the token of a file first, and prints the replies to what it sends alone', async () => {
  await using herd = await TestHerd.make({ servers: ['A', 'Open'] });
  const open = await readFile(herd.configFile, 'utf8');
  await appendFile(herd.configFile, 'access: { file: access.yaml, clients: always }\n');
  const run = (...args: string[]): Promise<Finished> =>
    runCli([...args, '--config', herd.configFile]);
  const files: string[] = [];
  for (const name of ['anna', 'lost']) {
    files.push(join(herd.folder, name));
    const { stdout } = await run('token', 'create', '--client', 'anna', '--name', name);
    await writeFile(join(herd.folder, name), `\n  ${stdout}\n`);
  }
  const [anna = '', lost = ''] = files;
  await run('token', 'revoke', 'lost');
  await herd.serve('A');

  const iamat = `IAMAT anna ${OPEN_SEA} ${moment(0)}`;
  const good = await run('send', 'A', '--token-file', anna, iamat, 'hello');
  assert.match(good.stdout, /^AT A \S+ anna .*\n\? hello\n$/);
  assert.deepEqual([good.code, good.stderr], [0, '']);

  const revoked = await run('send', 'A', '--token-file', lost, iamat);
  assert.deepEqual([revoked.code, revoked.stdout], [1, '']);
  assert.match(revoked.stderr, /^proxy-herd: A at \S+ does not accept the token: .* revoked\n$/);

  await writeFile(herd.configFile, open);
  await herd.serve('Open');
  const off = await run('send', 'Open', '--token-file', anna, iamat);
  assert.deepEqual([off.code, off.stdout], [1, '']);
  assert.match(off.stderr, /^proxy-herd: Open at \S+ takes no token: access is off there\n$/);
});
