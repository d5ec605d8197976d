import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectionsWithin, readOpenFilesLimit } from './open-files.ts';

test('clients leave files to the rest', () => {
  assert.equal(connectionsWithin(20_000), 19_744);
  assert.equal(connectionsWithin(512), 256);
  assert.equal(connectionsWithin(300), 150);
  assert.equal(connectionsWithin(64), 32);
});

test('the limit of this process is known on Linux', async () => {
  const limit = await readOpenFilesLimit();
  if (process.platform === 'linux') assert.ok(limit !== undefined && limit > 0);
});
