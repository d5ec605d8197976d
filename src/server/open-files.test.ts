import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectionsWithin, gatewayConnectionsWithin, readOpenFilesLimit } from './open-files.ts';

test('clients leave files to the rest', () => {
  assert.equal(connectionsWithin(20_000, 0), 19_744);
  assert.equal(connectionsWithin(512, 0), 256);
  assert.equal(connectionsWithin(300, 0), 150);
  assert.equal(connectionsWithin(64, 0), 32);
});

test('a gateway takes a part of the files, and clients have the rest', () => {
  assert.equal(gatewayConnectionsWithin(undefined), 10_000);
  assert.equal(gatewayConnectionsWithin(1_000_000), 10_000);
  assert.equal(gatewayConnectionsWithin(1024), 256);
  assert.equal(connectionsWithin(1024, gatewayConnectionsWithin(1024)), 512);
});

test('the limit of this process is known on Linux', async () => {
  const limit = await readOpenFilesLimit();
  if (process.platform === 'linux') assert.ok(limit !== undefined && limit > 0);
});
