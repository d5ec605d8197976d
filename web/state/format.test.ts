import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  formatBytes,
  formatRate,
  formatAgo,
  formatCount,
  formatCourse,
  formatDistance,
  formatDuration,
  formatNumberOf,
  formatSpeed,
} from './format.ts';

test('durations are said in their largest unit', () => {
  const said = [-3, 0.4, 59.9, 60, 3599, 3600, 47 * 3600, 48 * 3600, 9 * 86_400].map(
    formatDuration,
  );
  assert.deepEqual(said, [
    '0 s',
    '0 s',
    '59 s',
    '1 min',
    '59 min',
    '1 h',
    '47 h',
    '2 days',
    '9 days',
  ]);
  assert.deepEqual([0.2, 4].map(formatAgo), ['now', '4 s ago']);
});

test('distances have as many digits as one would say', () => {
  const said = [0, 7.25, 12.6, 999.4, 7234, 99_940, 1_204_000].map(formatDistance);
  assert.deepEqual(said, ['0 m', '7.3 m', '13 m', '999 m', '7.2 km', '99.9 km', '1,204 km']);
});

test('speeds, courses and counts', () => {
  assert.deepEqual([1.5, 27.8].map(formatSpeed), ['5.4 km/h', '100 km/h']);
  assert.deepEqual([0, 47, 350, 360].map(formatCourse), ['N 0°', 'NE 47°', 'N 350°', 'N 360°']);
  assert.equal(formatCount(1024.4), '1,024');
  assert.deepEqual(
    [formatNumberOf(1, 'client'), formatNumberOf(312, 'client'), formatNumberOf(2, 'day', 'days')],
    ['1 client', '312 clients', '2 days'],
  );
});

test('rates and sizes of memory', () => {
  assert.deepEqual([0, 0.44, 9.96, 10, 1024.4].map(formatRate), [
    '0/s',
    '0.4/s',
    '10/s',
    '10/s',
    '1,024/s',
  ]);
  assert.deepEqual([640_000, 94_371_840, 1.24e9].map(formatBytes), ['640 kB', '94 MB', '1.2 GB']);
});
