import assert from 'node:assert/strict';
import test from 'node:test';

import { onAbort } from './on-abort.ts';

test('all are told of an abort, but for those who do not want to be any more', () => {
  const { signal, ...controller } = controllerOf();
  const heard: string[] = [];
  const ends = ['a', 'b', 'c'].map((name) => onAbort(signal, () => heard.push(name)));
  ends[1]?.();
  controller.abort();
  assert.deepEqual(heard, ['a', 'c']);
  onAbort(signal, () => heard.push('late'));
  assert.deepEqual(heard, ['a', 'c', 'late']);
});

test('Node does not warn of a signal that many calls share', async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', note);
  const { signal } = controllerOf();
  for (let n = 0; n < 100; n++) onAbort(signal, () => undefined);
  await new Promise(setImmediate); // warnings come in the next tick
  process.off('warning', note);
  assert.ok(!warnings.includes('MaxListenersExceededWarning'));
});

function controllerOf() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
