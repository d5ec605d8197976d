import assert from 'node:assert/strict';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import test, { after } from 'node:test';
import { TestFolder } from '../support/folder.ts';
import { CHECKOUT, TestProcess } from '../support/process.ts';

/* `.ci/run` in a folder of its own, with stand-ins for npm, which prints what a tier would, and for dpkg. */
const folder = await TestFolder.make();
after(() => folder[Symbol.asyncDispose]());
const bin = join(folder.path, 'bin');
await mkdir(bin);
await cp(join(CHECKOUT, '.ci/run'), join(folder.path, '.ci/run'));
await writeFile(join(bin, 'dpkg'), '#!/bin/sh\n', { mode: 0o755 });
await writeFile(
  join(bin, 'npm'),
  `#!/bin/sh
case "$*" in
test) printf '%b' "$QUICK"; exit "$QUICK_STATUS" ;;
'run test:deep') printf '%b' "$DEEP" ;;
'run check') exit "$CHECK_STATUS" ;;
esac
`,
  { mode: 0o755 },
);

const PASSES = {
  QUICK: '✔ one\\n2 passed, 0 failed, 1 skipped\\n',
  QUICK_STATUS: '0',
  DEEP: '✔ two\\n3 passed, 0 failed\\n',
  CHECK_STATUS: '0',
};

async function runCi(outputs: Partial<typeof PASSES>): Promise<{ code: unknown; stdout: string }> {
  const env = { PATH: `${bin}${delimiter}${process.env['PATH']}`, ...PASSES, ...outputs };
  const run = new TestProcess('bash', [join(folder.path, '.ci/run')], { cwd: folder.path, env });
  const { code, stdout } = await run.finished();
  return { code, stdout };
}

test('the last line is the sum of both tiers', async () => {
  const { code, stdout } = await runCi({});
  assert.equal(code, 0);
  assert.equal(
    stdout,
    [
      '✔ one',
      '2 passed, 0 failed, 1 skipped',
      '✔ two',
      '3 passed, 0 failed',
      '5 passed, 0 failed, 1 skipped',
      '',
    ].join('\n'),
  );
});

test('what failed in either tier is named again above it', async () => {
  const { code, stdout } = await runCi({
    QUICK: '✖ one\\nFailed tests:\\n✖ a.test.ts > one\\n    why\\n2 passed, 1 failed\\n',
    QUICK_STATUS: '1',
    DEEP: 'Failed tests:\\n✖ b.test.ts > two\\n    why not\\n3 passed, 1 failed\\n',
    CHECK_STATUS: '2',
  });
  assert.equal(code, 1);
  const [, end] = /^3 passed, 1 failed\n([\s\S]*)$/m.exec(stdout) ?? [];
  assert.equal(
    end,
    [
      'Failed tests, quick tier:',
      '✖ a.test.ts > one',
      '    why',
      'Failed tests, deep tier:',
      '✖ b.test.ts > two',
      '    why not',
      'npm run check failed.',
      '5 passed, 2 failed',
      '',
    ].join('\n'),
  );
});

test('a tier that did not get to its counts has failed', async () => {
  const { code, stdout } = await runCi({ DEEP: '✔ two\\n' });
  assert.equal(code, 1);
  assert.match(
    stdout,
    /\nThe deep tier did not get to its end\.\n2 passed, 0 failed, 1 skipped\n$/,
  );
});
