import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { z } from 'zod';
import { checkConfig } from '#src/cli/config/check-config.js';
import { parseYaml } from '#src/cli/config/parse-yaml.js';
import { TestClient } from '../support/client.ts';
import { locate, moment, report } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { CHECKOUT, TestProcess } from '../support/process.ts';
import { untilLink, untilLogged } from '../support/server-log.ts';
import { readMarkdown } from './markdown.ts';

/*
 * The commands of the documents run here as they stand, against a herd of the diagram on ports of its
 * own. In the folder that they run in is that herd's herd.yaml; `npx proxy-herd` is the command line
 * that was built, as it is in the checkout.
 *
 * What they print is what the documents show, but for three things: a skew may be any other, as long as
 * equal ones are equal and different ones differ; so may an epoch; and a line of `…` stands for any
 * number of lines.
 */

/** What the test of the log's command finds as the first connection's reply. */
const FIRST_CLIENT = 'first';

/** The client of the README's example. */
const CLIENT = 'kiwi.cs.ucla.edu';

/** Whole set-ups: what they do is tested in test/cli. */
const NOT_RUN = new Set(['npm start', 'npm test']);

/** Runs shell commands; fails unless they exit with 0 and say nothing on standard error. */
async function runShell(herd: TestHerd, commands: string): Promise<string> {
  const cli = `'${process.execPath}' '${join(CHECKOUT, 'dist/bin/main.js')}'`;
  const npx = `npx() { [ "$1" = proxy-herd ] && shift && ${cli} "$@"; }`;
  await using shell = new TestProcess('sh', ['-c', `${npx}\n${commands}`], { cwd: herd.folder });
  shell.stdin.end();
  const { code, stdout, stderr } = await shell.finished();
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' }, commands);
  return stdout;
}

/** Waits until all servers say the same of the README's client. */
function agreement(herd: TestHerd): Promise<void> {
  return eventuallyTrue(`the servers agree on ${CLIENT}`, async () => {
    const lines = await Promise.all(herd.servers.map((name) => locate(herd, name, CLIENT)));
    return new Set(lines).size === 1;
  });
}

/** Gives what may differ from run to run names in the order of its appearance. */
function masked(text: string): string {
  const names = new Map<string, string>();
  return text.replace(/(?<= )[+-]\d+\.\d{9}(?= )|(?<=CHANGES \d+ |HAS \w+ )\d{13}\b/g, (value) => {
    const kind = value.includes('.') ? 'skew' : 'epoch';
    const name = names.get(value) ?? `(${kind} ${names.size + 1})`;
    names.set(value, name);
    return name;
  });
}

/** Fails unless `actual` is what `shown` says, by the rules above. */
function assertShown(actual: string, shown: string): void {
  const pattern = masked(shown)
    .split(/^ *…\n/m)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
    .join(String.raw`(?:.*\n)*?`);
  if (!new RegExp(`^${pattern}$`).test(masked(actual))) assert.equal(actual, shown);
}

/** Runs the commands of a document's console blocks, and compares what they print with what is shown. */
async function checkConversation(herd: TestHerd, file: string): Promise<void> {
  const { blocks } = await readMarkdown(file);
  const shown = blocks.filter(({ language }) => language === 'console').map(({ text }) => text);
  assert.ok(shown.length >= 3);
  let actual = '';
  for (const [, command = ''] of shown.join('').matchAll(/^\$ (.*)$/gm)) {
    actual += `$ ${command}\n${await runShell(herd, command)}`;
    await agreement(herd);
  }
  assertShown(actual, shown.join(''));
}

/** Runs a document's shell blocks; fails unless what they print together matches. */
async function checkScripts(herd: TestHerd, file: string, expected: RegExp): Promise<void> {
  const { blocks } = await readMarkdown(file);
  const scripts = blocks
    .filter(({ language }) => language === 'sh')
    .map(({ text }) => text.trim())
    .filter((text) => !text.split('\n').every((line) => NOT_RUN.has(line)));
  let printed = '';
  for (const script of scripts) printed += await runShell(herd, script);
  assert.match(printed, expected);
}

test('the documents show what a herd does', async (t) => {
  await using herd = await TestHerd.make(DIAGRAM);
  await herd.up();
  for (const [a, b] of DIAGRAM.links ?? []) await untilLink(herd, a, b, 'link-up');
  await report(herd, 'Riley', FIRST_CLIENT, moment(0));
  await untilLogged(herd, 'Riley', { event: 'replies' });

  await t.test('the conversation of the README', () => checkConversation(herd, 'README.md'));
  for (const file of ['README.md', 'docs/LOG.md']) {
    await t.test(`the commands of ${file}`, () =>
      checkScripts(herd, file, /^AT \w+ [+-]\d+\.\d{9} /m),
    );
  }
  await t.test('the commands of docs/OPERATION.md', async () => {
    await checkScripts(herd, 'docs/OPERATION.md', /^$/);
    const secret = await readFile(join(herd.folder, 'herd.secret'), 'utf8');
    assert.match(secret, /^[0-9a-f]{64}\n$/);
  });
});

test('docs/PROTOCOL.md shows a link as it is', async () => {
  await using alone = await TestHerd.make({
    servers: ['Riley', 'Jaquez'],
    links: [['Riley', 'Jaquez']],
  });
  await alone.serve('Riley');
  const { blocks } = await readMarkdown('docs/PROTOCOL.md');
  const shown = blocks.find(({ text }) => text.startsWith('> HELLO'))?.text ?? '';
  const lines = shown.replaceAll(' proxy-herd ', ' test-herd ').split(/^(?=[<>] )/m);
  const saidBy = (who: '<' | '>'): string =>
    lines.map((line) => (line.startsWith(who) ? line.slice(2) : '')).join('');

  const [, fields = ''] = /^AT \S+ \S+ (.*)$/m.exec(saidBy('<')) ?? [];
  await using client = await TestClient.connect(alone.clients('Riley'));
  await client.ask(`IAMAT ${fields}`);
  await using link = await TestClient.connect(alone.peers('Riley'));
  link.send(saidBy('>'));
  let received = '';
  while (!received.includes('BEAT')) received += `${await link.readLine()}\n`;
  assertShown(received, saidBy('<'));
});

/** What a part of a configuration lacks to be a whole one. */
const LEAST = { servers: { Solo: { clients: '127.0.0.1:11645', peers: '127.0.0.1:12645' } } };

for (const file of ['README.md', 'docs/CONFIGURATION.md', 'docs/HOOKS.md', 'docs/PLACES.md']) {
  test(`every configuration in ${file} is valid`, async () => {
    const { blocks } = await readMarkdown(file);
    const examples = blocks.filter(({ language }) => language === 'yaml');
    assert.ok(examples.length > 0);
    for (const { text, line } of examples) {
      const { source, value } = parseYaml(`${file}, line ${line}`, text);
      checkConfig({
        source,
        value: { ...LEAST, ...z.record(z.string(), z.unknown()).parse(value) },
      });
    }
  });
}
