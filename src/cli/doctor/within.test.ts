import assert from 'node:assert/strict';
import test from 'node:test';
import { undefinedIfLate, within } from './within.ts';

test('what takes too long is an error, which can stand for nothing; any other error stays one', async () => {
  const never = new Promise<number>(() => undefined);
  await assert.rejects(within(never, 1), { code: 'TIMEOUT', message: 'no answer in 0.001 s' });
  assert.equal(await within(never, 1).catch(undefinedIfLate), undefined);
  const failing = Promise.reject<number>(new Error('broken'));
  await assert.rejects(within(failing, 60_000).catch(undefinedIfLate), /broken/);
  assert.equal(await within(Promise.resolve(7), 60_000), 7);
});
