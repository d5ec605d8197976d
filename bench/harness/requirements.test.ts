import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPrograms, missingText } from './requirements.ts';

const NODE = { command: process.execPath, versionArgs: ['--version'], debianPackage: 'nodejs' };
const NONE = { command: 'no-such-program', versionArgs: [], debianPackage: 'no-such-package' };

test('a program that is there has a version, one that is not is missing', async () => {
  const programs = await findPrograms([NODE, NONE]);
  assert.deepEqual(programs, {
    versions: { [process.execPath]: process.version },
    missing: [NONE],
  });
});

test('a program that does not say its version is not missing', async () => {
  await assert.rejects(findPrograms([{ ...NODE, versionArgs: ['-e', 'process.exit(3)'] }]));
});

test('what is missing is reported with the packages that have it, each once', () => {
  assert.equal(
    missingText([NONE]),
    'no-such-program is not installed; on Debian: apt-get install no-such-package',
  );
  assert.equal(
    missingText([NONE, { ...NONE, command: 'another' }]),
    'no-such-program and another are not installed; on Debian: apt-get install no-such-package',
  );
});
