import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Arrivals } from './arrivals.ts';

const FROM = { app: 'owntracks', address: '192.0.2.1' };

test('of each phone the last of each kind is kept, with its age', () => {
  let nowMs = 1000;
  const arrivals = new Arrivals(() => nowMs);
  arrivals.noteStored('anna', { ...FROM, attributes: { accuracyM: 9 } });
  arrivals.noteStored('anna', { ...FROM, attributes: { accuracyM: 7 } });
  nowMs = 3900;
  arrivals.noteLost('unused', 'anna', { ...FROM, reason: 'no-position' });
  const { stored, unused, refused } = arrivals.of('anna');
  assert.deepEqual(
    [stored?.attributes, unused?.reason, refused],
    [{ accuracyM: 7 }, 'no-position', undefined],
  );
  assert.ok(stored !== undefined && unused !== undefined);
  assert.deepEqual(
    [stored, unused].map((each) => arrivals.ageSeconds(each)),
    [2, 0],
  );
  assert.equal(arrivals.of('ben').stored, undefined);
});

test('memory is bounded: of very many phones the quietest are forgotten, of unknown ones a few are kept', () => {
  const arrivals = new Arrivals(() => 0);
  for (let n = 0; n < 20_000; n++) {
    arrivals.noteStored(`${n}`.padEnd(1000, 'x'), { ...FROM, attributes: {} });
    arrivals.noteLost('refused', undefined, {
      ...FROM,
      address: String(n),
      reason: 'unauthorized',
    });
  }
  assert.equal(arrivals.of('0'.padEnd(1000, 'x')).stored, undefined);
  assert.notEqual(arrivals.of('19999'.padEnd(1000, 'x')).stored, undefined);
  assert.equal(arrivals.strangers.length, 20);
  assert.equal(arrivals.strangers[0]?.address, '19999');
});
