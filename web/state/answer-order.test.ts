import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AnswerOrder } from './answer-order.ts';

test('an answer that comes after a newer one is not taken', () => {
  const order = new AnswerOrder();
  const [first, second, third] = [order.ask(), order.ask(), order.ask()];
  assert.equal(order.take(second), true);
  assert.equal(order.take(first), false);
  assert.equal(order.take(third), true);
});
