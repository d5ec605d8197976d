import assert from 'node:assert/strict';
import { test } from 'node:test';

import { checkConfig } from '#src/cli/config/check-config.js';
import { parseYaml } from '#src/cli/config/parse-yaml.js';
import { SET_UPS } from '#src/gateway/ingest/set-ups.js';
import { idOf, PHONE_APPS } from './apps.ts';
import { configFor, isLoopbackUrl } from './reach.ts';

test('every app that can be set up is offered', () => {
  assert.deepEqual(PHONE_APPS.map(({ id }) => id).toSorted(), [...SET_UPS.keys()].toSorted());
});

test('a name suggests an ID that a client can have', () => {
  const ids = ['Anna', ' Anna B. ', 'kid 1', 'Öykü/Phone', '安娜', '🐕', ''].map(idOf);
  assert.deepEqual(ids, ['anna', 'anna-b', 'kid-1', 'öykü-phone', '安娜', '', '']);
});

test('the configuration that the page shows is one', () => {
  for (const address of ['192.0.2.10', '2001:db8::1']) {
    const text = configFor({ server: 'Riley', gatewayPort: 13645, address });
    const config = checkConfig(parseYaml('herd.yaml', text));
    assert.deepEqual([...config.servers.keys()], ['Riley']);
    assert.ok(config.access !== undefined && config.gatewayUrl?.endsWith(':13645'));
  }
});

test('what leads to this machine alone is known as that', () => {
  for (const url of ['http://127.0.0.1:13645', 'http://localhost:1', 'http://[::1]:13645']) {
    assert.ok(isLoopbackUrl(url), url);
  }
  for (const url of ['http://192.0.2.1:13645', 'https://herd.example.org', 'http://127.example/']) {
    assert.ok(!isLoopbackUrl(url), url);
  }
});
