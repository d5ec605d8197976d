import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { CommandHost } from '../support/hosted-commands.ts';
import { CHECKOUT, runCli } from '../support/process.ts';

const commands = new CommandHost();
after(() => commands[Symbol.asyncDispose]());

test('--help lists the commands', async () => {
  const { code, stdout, stderr } = await runCli(['--help']);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  assert.deepEqual(
    stdout.match(/^ {2}[a-z]+(?= )/gm)?.map((name) => name.trim()),
    [
      'init',
      'up',
      'serve',
      'send',
      'status',
      'watch',
      'phone',
      'bench',
      'check',
      'doctor',
      'places',
      'plan',
      'token',
      'group',
    ],
  );
});

test('--version is that of the package', async () => {
  const text = await readFile(join(CHECKOUT, 'package.json'), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  const { code, stdout } = await runCli(['--version']);
  assert.deepEqual({ code, stdout }, { code: 0, stdout: `${version}\n` });
});

for (const [args, expected] of [
  [['serv'], "proxy-herd: unknown command 'serv'"],
  [['serve'], "proxy-herd: missing required argument 'name'"],
  [['serve', 'A', 'B'], 'proxy-herd: too many arguments'],
  [['up', '--confg', 'x'], "proxy-herd: unknown option '--confg'"],
  [['check', '--config'], "proxy-herd: option '--config <file>' argument missing"],
  [['serve', 'Rily'], 'proxy-herd: no server Rily; did you mean Riley? (the servers are Riley, '],
  [['plan', '--clients', '5'], "proxy-herd: required option '--every <duration>' not specified"],
  [
    ['plan', '--clients', '5', '--every', '30s', '--servers', '0'],
    'proxy-herd: found --servers 0, expected a whole number from 1 to 1000000',
  ],
  [['token', 'creat'], "proxy-herd: unknown command 'creat'"],
  [['group', 'set', 'family'], "proxy-herd: missing required argument 'clients'"],
  [
    ['send', 'A', 'IAMAT x 1 2', 'auth ph_0123456789abcdef0123456789abcdef'],
    'proxy-herd: a token in an argument can be read by all users of this machine: name its file',
  ],
  [
    ['send', 'A', '--token-file', 'no-such-file', 'x'],
    'proxy-herd: the file of --token-file cannot be read: no such file',
  ],
  [
    ['send', 'A', '--token-file', 'ring.yaml', 'x'],
    'proxy-herd: the file of --token-file has no token, expected one as',
  ],
  [
    ['send', 'Rily', 'x'],
    'proxy-herd: no server Rily; did you mean Riley? (the servers are Riley, ',
  ],
] as const) {
  test(`${args.join(' ')} is a usage error`, async () => {
    const { code, stdout, stderr } = await commands.run(args, join(CHECKOUT, 'examples'));
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.ok(stderr.startsWith(expected), stderr);
    assert.doesNotMatch(stderr, /^ {4}at /m);
  });
}
