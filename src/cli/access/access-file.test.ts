import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';

import { encryptionKeyOf } from '../../access/encryption-key.ts';
import { tokenRule } from '../../access/token-rule.test.ts';
import { createToken, hashToken, TOKEN_BYTES } from '../../access/token.ts';
import { checkConfig } from '../config/check-config.ts';
import { parseYaml } from '../config/parse-yaml.ts';
import { CliError } from '../errors.ts';
import { parseAccessFile } from './access-file.ts';
import { accessPath, readAccess } from './read-access.ts';
import { parseAside } from './parse-aside.ts';

const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
after(() => rm(folder, { recursive: true }));

const hash = (byte: number): string => hashToken(createToken(Buffer.alloc(TOKEN_BYTES, byte)));
const TEXT = `version: 1
# Who belongs together.
groups:
  family: [anna, "kid-*", "007"]
tokens:
  anna-phone:
    hash: sha256:${hash(1)}
    created: 2026-11-27T03:00:00Z
    report: [anna]
    groups: [family]
  link:
    hash: sha256:${hash(2)}
    created: 2026-11-27T03:00:00Z
    expires: 2026-11-27T05:00:00+02:00
    revoked: 2026-11-27T03:30:00Z
    share: true
    read: [ben]
`;
const CREATED_MS = Date.UTC(2026, 10, 27, 3);

/** The messages of what is thrown for a file of this text. */
function faults(text: string): string[] {
  try {
    parseAccessFile('access.yaml', text);
  } catch (error) {
    assert.ok(error instanceof CliError && error.code === 'CONFIG');
    return [...error.lines];
  }
  return [];
}

test('a file has groups and tokens', () => {
  assert.deepEqual(parseAccessFile('access.yaml', TEXT), {
    groups: [{ name: 'family', clients: ['anna', 'kid-*', '007'] }],
    tokens: [
      tokenRule('anna-phone', hash(1), {
        createdMs: CREATED_MS,
        report: ['anna'],
        groups: ['family'],
      }),
      tokenRule('link', hash(2), {
        isShare: true,
        createdMs: CREATED_MS,
        expiresMs: CREATED_MS,
        revokedMs: CREATED_MS + 1_800_000,
        read: ['ben'],
      }),
    ],
  });
  for (const empty of ['version: 1', 'version: 1\ngroups:\ntokens: {}\n']) {
    assert.deepEqual(parseAccessFile('access.yaml', empty), { groups: [], tokens: [] });
  }
});

const start = 'version: 1\ngroups: { family: [anna] }\ntokens:\n';
const token = (values: string, name = 'a', byte = 1): string =>
  `  ${name}: { hash: "sha256:${hash(byte)}", created: 2026-11-27T03:00:00Z, ${values} }\n`;

const WRONG: [text: string, message: RegExp][] = [
  [
    '',
    /^access\.yaml(:1)?: found nothing, expected a mapping with the keys version, groups, tokens$/,
  ],
  ['groups: {}', /^access\.yaml:1: version: missing, expected 1, /],
  ['version: 2', /^access\.yaml:1: version: found 2, expected 1, /],
  [
    'version: 1\ntokens: [a]',
    /^access\.yaml:2: tokens: found a list, expected a mapping of tokens /,
  ],
  ['version: 1\nusers: {}', /^access\.yaml:2: users: unknown key .*known here: version, groups/],
  ['version: 1\ngroups: { x: [7] }', /^access\.yaml:2: groups\.x\[0\]: found 7, expected .*quotes/],
  [
    'version: 1\ngroups: { x: ["a b"] }',
    /^access\.yaml:2: groups\.x\[0\]: found "a b", expected the ID/,
  ],
  [
    'version: 1\ngroups: { "x y": [] }',
    /^access\.yaml:2: groups\."x y": found "x y", expected a name/,
  ],
  [
    `${start}${token('read: anna')}`,
    /^access\.yaml:4: tokens\.a\.read: found "anna", expected a list/,
  ],
  [
    `${start}${token('groups: [famly]')}`,
    /tokens\.a\.groups\[0\]: no group famly; did you mean family\?$/,
  ],
  [
    `${start}${token('expires: tomorrow')}`,
    /tokens\.a\.expires: found "tomorrow", expected a time such/,
  ],
  [
    `${start}${token('operate: yes please')}`,
    /tokens\.a\.operate: found "yes please", expected true or/,
  ],
  [`${start}${token('x: 1')}`, /tokens\.a\.x: unknown key/],
  [
    `${start}${token('')}${token('', 'b')}`,
    /^access\.yaml:5: tokens\.b\.hash: found the hash of a again$/,
  ],
  [
    `${start}${token('share: true, read: [anna]')}`,
    /tokens\.a: found a share link, expected expires/,
  ],
  [`${start}  a: { created: 2026-11-27T03:00:00Z }`, /tokens\.a\.hash: missing, expected the hash/],
];
const EXPIRES = 'share: true, expires: 2030-01-01T00:00:00Z';
for (const more of [
  'read: [anna, ben]',
  'groups: [family], read: [anna]',
  'read: [anna], report: [anna]',
  'read: [anna], operate: true',
  'read: [anna], waypoints: true',
  'read: [anna], passphraseFile: anna.passphrase',
]) {
  WRONG.push([`${start}${token(`${EXPIRES}, ${more}`)}`, /tokens\.a: found a share link/]);
}

for (const [text, message] of WRONG) {
  test(`${JSON.stringify(text.slice(0, 60))} has one fault, with file and line`, () => {
    const [first = '', ...others] = faults(text);
    assert.match(first, message);
    assert.deepEqual(others, []);
  });
}

test('a token that was written where its hash belongs is not in a message', () => {
  const secret = createToken(Buffer.alloc(TOKEN_BYTES, 9));
  for (const text of [
    `${start}  a: { hash: ${secret}, created: 2026-11-27T03:00:00Z }`,
    `${start}  ${secret}: {}`,
    `version: 1\n${secret}: 1\n${secret}: 2`,
    secret,
  ]) {
    const messages = faults(text).join('\n');
    assert.notEqual(messages, '');
    assert.ok(!messages.includes(secret.slice(3, 20)), messages);
  }
});

test('another thread finds the same', async () => {
  assert.deepEqual(await parseAside('x', TEXT), parseAccessFile('x', TEXT));
  await assert.rejects(parseAside('access.yaml', 'version: 3'), (error) => {
    assert.ok(error instanceof CliError);
    assert.deepEqual(error.lines, faults('version: 3'));
    return true;
  });
});

const HERD = 'servers: { A: { clients: h:1, peers: localhost:2 } }\n';
const config = (access: string) =>
  checkConfig(parseYaml(join(folder, 'herd.yaml'), `${HERD}${access}`));
const lines = (error: unknown): string => (error instanceof CliError ? error.lines.join('\n') : '');

test('the file of a configuration has to be its owner’s alone', async () => {
  const file = join(folder, 'access.yaml');
  const named = config('access: { file: access.yaml, clients: always }');
  assert.equal(accessPath(named)?.path, file);
  await writeFile(file, TEXT, { mode: 0o600 });
  const options = await readAccess(named);
  assert.deepEqual([options?.clients, options?.gateway], ['always', 'beyond-loopback']);
  assert.equal(options?.tokens.length, 2);
  for (const mode of [0o640, 0o604, 0o620, 0o666]) {
    await chmod(file, mode);
    await assert.rejects(readAccess(named), (error) => {
      assert.match(lines(error), /access\.yaml: found mode 06\d\d, expected 0600: chmod 600 /);
      return true;
    });
  }
});

test('a passphrase is the first line of a file of its own, which is its owner’s alone', async () => {
  const home = await mkdtemp(join(folder, 'passphrase-'));
  const [file, secret] = [join(home, 'access.yaml'), join(home, 'anna.passphrase')];
  const named = config(`access: { file: ${file} }`);
  const access = (path: string) =>
    writeFile(file, `${start}${token(`report: [a], passphraseFile: "${path}"`)}`, { mode: 0o600 });
  const faultOf = async (): Promise<string> =>
    lines(await readAccess(named).catch((e: unknown) => e));
  await access('anna.passphrase');
  assert.match(await faultOf(), /access\.yaml: tokens\.a\.passphraseFile: .* is not there$/);
  await writeFile(secret, 'correct horse\nanything\n', { mode: 0o600 });
  const [rule] = (await readAccess(named))?.tokens ?? [];
  assert.deepEqual(rule?.encryptionKey, encryptionKeyOf('correct horse'));
  await chmod(secret, 0o644);
  assert.match(
    await faultOf(),
    /passphraseFile: found mode 0644, expected 0600: chmod 600 the file/,
  );
  await chmod(secret, 0o600);
  await writeFile(secret, '\n');
  assert.match(await faultOf(), /passphraseFile: the file has no passphrase in its first line$/);
  await writeFile(secret, 'x'.repeat(2000));
  assert.match(await faultOf(), /passphraseFile: found 2000 bytes, expected at most 1024$/);
  await access('correct horse battery');
  assert.ok(!(await faultOf()).includes('horse'), 'it may be the passphrase, by mistake');
});

test('a file that is not there is a fault of the configuration, and none is no access', async () => {
  assert.equal(await readAccess(config('')), undefined);
  await assert.rejects(readAccess(config('access: { file: no.yaml }')), (error) => {
    assert.match(lines(error), /herd\.yaml:2: access\.file: .* not there; proxy-herd token create/);
    assert.ok(!lines(error).includes('no.yaml'), 'it may be a token, by mistake');
    return true;
  });
  await assert.rejects(readAccess(config('access: { file: . }')), (error) => {
    assert.match(lines(error), /expected 0600|it is a folder/);
    return true;
  });
});
