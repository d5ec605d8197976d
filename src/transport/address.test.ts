import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isLoopback } from './address.ts';

const LOOPBACK = [
  '127.0.0.1',
  '127.0.0.0',
  '127.255.255.255',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::ffff:127.0.0.1',
  'localhost',
  'LocalHost',
];
for (const host of LOOPBACK) {
  test(`${host} is loopback`, () => assert.ok(isLoopback(host)));
}

const BEYOND = [
  '0.0.0.0',
  '::',
  '126.255.255.255',
  '128.0.0.0',
  '192.0.2.1',
  '::2',
  '::ffff:192.0.2.1',
  'fe80::1%eth0',
  '127.0.0.1.example.org',
  'localhost.example.org',
  '127.1',
  '',
];
for (const host of BEYOND) {
  test(`${host || 'nothing'} is not loopback`, () => assert.ok(!isLoopback(host)));
}
