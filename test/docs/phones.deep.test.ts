import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { ask } from '../support/http.ts';
import { CHECKOUT, TestProcess } from '../support/process.ts';
import { readMarkdown } from './markdown.ts';

/** Runs shell commands that have to succeed; returns what they printed. */
async function runShell(folder: string, commands: string): Promise<string> {
  const cli = `'${process.execPath}' '${join(CHECKOUT, 'dist/bin/main.js')}'`;
  await using shell = new TestProcess(
    'sh',
    ['-ec', `npx() { shift && ${cli} "$@"; }\n${commands}`],
    {
      cwd: folder,
    },
  );
  shell.stdin.end();
  const { code, stdout, stderr } = await shell.finished();
  assert.equal(code, 0, `${commands}\n${stderr}`);
  return stdout;
}

test('two minutes to a phone on the map: the commands of the README as they stand', async () => {
  const { blocks } = await readMarkdown('README.md');
  const ofLanguage = (language: string): string[] =>
    blocks.filter((block) => block.language === language).map(({ text }) => text);
  const [making = '', testing = ''] = ofLanguage('bash');
  const config = ofLanguage('yaml').find((text) => text.includes('gatewayUrl')) ?? '';
  await using herd = await TestHerd.make({ servers: ['Riley'], hasGateways: true });
  // The servers are the test's own, on ports of its own.
  await appendFile(herd.configFile, config.replace(/^servers:\n(?: .*\n)+/, ''));
  const printed = await runShell(herd.folder, making.replace('npm start\n', ''));
  await herd.serve('Riley');

  const [, inline = ''] = /^owntracks:\/\/\/config\?inline=(\S+)$/m.exec(printed) ?? [];
  const { url, username, password } = JSON.parse(
    Buffer.from(decodeURIComponent(inline), 'base64').toString(),
  ) as Record<string, string>;
  assert.equal(url, 'http://192.0.2.10:13645/in/owntracks');
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const body = JSON.stringify({ _type: 'location', lat: 53, lon: 8, acc: 7, batt: 63 });
  const report = { method: 'POST', path: '/in/owntracks', headers: { authorization }, body };
  await eventuallyTrue('the phone reports', async () => {
    return (await ask(herd.gateway('Riley'), report)).status === 200;
  });
  assert.match(
    await runShell(herd.folder, testing),
    /^received \d+ s ago by Riley from owntracks, accuracy 7 m, battery 63 %\n$/,
  );
});
