import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { parseAccessFile } from '#src/cli/access/access-file.js';
import { TestHerd } from '../support/herd.ts';
import { CHECKOUT, TestProcess } from '../support/process.ts';
import { readMarkdown } from './markdown.ts';

/*
 * The commands of docs/ACCESS.md run here as they stand, in their order, in the folder of a herd whose
 * configuration has the line that the document says; it is started before the first one that needs it.
 */

const { blocks } = await readMarkdown('docs/ACCESS.md');
const ofLanguage = (language: string): string[] =>
  blocks.filter((block) => block.language === language).map(({ text }) => text);

/** Runs shell commands that have to succeed; returns what they printed. */
async function runShell(folder: string, commands: string): Promise<string> {
  const cli = `'${process.execPath}' '${join(CHECKOUT, 'dist/bin/main.js')}'`;
  const npx = `npx() { shift && ${cli} "$@"; }`;
  await using shell = new TestProcess('sh', ['-ec', `${npx}\n${commands}`], { cwd: folder });
  shell.stdin.end();
  const { code, stdout, stderr } = await shell.finished();
  assert.equal(code, 0, `${commands}\n${stderr}`);
  return stdout;
}

test('the example of docs/ACCESS.md works as it stands', async () => {
  const [access = ''] = ofLanguage('yaml');
  await using herd = await TestHerd.make({ servers: ['Riley'] });
  await appendFile(herd.configFile, access);
  const printed: string[] = [];
  let isRunning = false;
  for (const commands of ofLanguage('sh')) {
    if (!isRunning && commands.includes('proxy-herd send')) {
      await herd.serve('Riley');
      isRunning = true;
    }
    printed.push(await runShell(herd.folder, commands));
  }
  const [made, used = '', shared = '', listed = ''] = printed;
  assert.equal(made, '', 'tokens went to files');
  assert.match(used, /^AT Riley \S+ anna .*\nAT Riley \S+ anna .*\n\{/);
  assert.match(shared, /^ph_[0-9a-f]{32}\n$/);
  assert.match(listed, /^anna-phone +revoked .*\nkitchen +good .*\ndinner +revoked .*share link/m);
});

test('the access file that docs/ACCESS.md shows is valid', () => {
  const [, file = ''] = ofLanguage('yaml');
  const { groups, tokens } = parseAccessFile('docs/ACCESS.md', file);
  assert.deepEqual([groups.length, tokens.length], [1, 2]);
});
