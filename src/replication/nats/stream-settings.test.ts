import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NatsOptions } from './options.ts';
import { partitionsOf, streamSettings } from './stream-settings.ts';

const OPTIONS: NatsOptions = {
  servers: ['nats://127.0.0.1:4222'],
  credentials: undefined,
  authority: undefined,
  domain: undefined,
  prefix: 'proxy-herd.fleet',
  interest: { kind: 'all' },
  partitions: 2,
  replicas: 1,
  storage: 'file',
  maxAgeMs: 1000,
};

test('locations are dropped at their age, documents are not', () => {
  const all = Array.from({ length: partitionsOf(OPTIONS) }, (_, partition) => {
    const { name, subjects, max_age } = streamSettings(OPTIONS, partition);
    return { name, subjects, max_age };
  });
  assert.deepEqual(all, [
    { name: 'proxy-herd_fleet_record_0', subjects: ['proxy-herd.fleet.record.0.>'], max_age: 1e9 },
    { name: 'proxy-herd_fleet_record_1', subjects: ['proxy-herd.fleet.record.1.>'], max_age: 1e9 },
    { name: 'proxy-herd_fleet_document', subjects: ['proxy-herd.fleet.document.>'], max_age: 0 },
  ]);
});
