import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { watchSilence } from './silence-watch.ts';

/** A reading that gives no heartbeats. */
const SILENT = { status: async function* () {} };

test('a reading ends after ten looks without a sign of life, and looks without a connection do not count', (t) => {
  mock.timers.enable({ apis: ['setInterval'] });
  t.after(() => mock.timers.reset());
  let [isConnected, ended] = [true, 0];
  const watch = watchSilence(
    SILENT,
    () => isConnected,
    () => (ended += 1),
  );
  const look = (times: number): void => {
    for (let time = 0; time < times; time++) mock.timers.tick(1000);
  };
  look(9);
  watch.noteSign(); // a message has come
  look(9);
  isConnected = false;
  look(60);
  isConnected = true;
  look(9);
  assert.equal(ended, 0);
  look(1);
  assert.equal(ended, 1);
  look(60);
  assert.equal(ended, 1, 'it is told once');
  watch.end();
});
