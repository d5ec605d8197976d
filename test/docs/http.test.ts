import assert from 'node:assert/strict';
import test from 'node:test';
import { eventually } from '../support/eventually.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { TestProcess } from '../support/process.ts';
import { readMarkdown } from './markdown.ts';

/** The gateways of the built-in herd, by their ports. */
const SERVERS: Readonly<Record<string, string>> = { 13645: 'Riley', 13649: 'Bernard' };
const STREAM = /^retry: \d+\n\nevent: location\ndata: \{"client":"kiwi",.*\n\nevent: ready\n/;

test('the examples of docs/HTTP.md work as they stand, with the ports of a herd of the test', async () => {
  await using herd = await TestHerd.make({ ...DIAGRAM, hasGateways: true });
  await herd.up();
  const { blocks } = await readMarkdown('docs/HTTP.md');
  const commands = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
  const run = async (text: string): Promise<string> => {
    const here = text
      .replace(/127\.0\.0\.1:(\d+)/g, (_, port: string) => {
        return `127.0.0.1:${herd.gateway(SERVERS[port] ?? '').port}`;
      })
      .replace(/\bcurl\b/g, 'curl -sS --fail-with-body -w "\\n"');
    await using shell = new TestProcess('sh', ['-c', `set -e\n${here}`]);
    shell.stdin.end();
    const { code, stdout, stderr } = await shell.finished();
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' }, `${here}\n${stdout}`);
    return stdout;
  };
  const [report = '', reads = '', batch = '', geofence = '', cells = '', stream = ''] = commands;
  assert.equal((await run(report)).trim(), '');
  // Links of a herd that has just started may come up a little later.
  const answers = await eventually('Bernard knows the client', async () => {
    const lines = await run(reads).catch(() => undefined);
    return lines?.trim().split('\n');
  });
  assert.match(answers[0] ?? '', /^\{"client":"kiwi","latitude":34\.06893,.*"accuracyM":12,/);
  assert.match(answers[1] ?? '', /^\{"clients":\[/);
  assert.match(answers[2] ?? '', /"places":\[\{"id":/);
  assert.match(await run(geofence), /"geometry":\{"type":"Point",.*"radiusM":400,/);
  assert.match(await run(cells), /"cells":\[/);
  // A stream has no end: curl leaves it when its time is over, which may be too short for a busy machine.
  await eventually('the events of the client', async () => {
    const events = await run(`${stream.trimEnd()} 2>/dev/null || [ $? = 28 ]`);
    return STREAM.test(events) || undefined;
  });
  assert.match(
    await run(batch),
    /^\{"line":1,"accepted":true\}\n\{"line":2,"accepted":false,"problem":/,
  );
});
