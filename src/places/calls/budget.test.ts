import assert from 'node:assert/strict';
import { test } from 'node:test';

import { UpstreamError } from '../upstream-error.ts';
import { Budget, countCall, type DayCount, type Ledger } from './budget.ts';

const DAY_MS = 86_400_000;
/** Noon of day 100. */
const NOON = 100.5 * DAY_MS;

/** A ledger that lasts longer than a budget. */
class TestLedger implements Ledger {
  count: DayCount | undefined;
  failure: Error | undefined;

  async read(): Promise<DayCount | undefined> {
    if (this.failure !== undefined) throw this.failure;
    return this.count;
  }

  async write(count: DayCount): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.count = count;
  }
}

function codeOf(outcome: PromiseSettledResult<DayCount>): string {
  if (outcome.status === 'fulfilled') return 'spent';
  const { reason } = outcome as { reason: unknown };
  assert.ok(reason instanceof UpstreamError);
  assert.equal(reason.status, 'OVER_QUERY_LIMIT');
  return reason.code;
}

/** What comes of that many calls at once. */
async function spend(budget: Budget, calls: number): Promise<string[]> {
  const outcomes = await Promise.allSettled(Array.from({ length: calls }, () => budget.spend()));
  return outcomes.map(codeOf);
}

test('a day begins at midnight UTC, and with it the count', () => {
  assert.deepEqual(countCall(undefined, 2, NOON), { day: 100, calls: 1 });
  assert.deepEqual(countCall({ day: 100, calls: 1 }, 2, 101 * DAY_MS - 1), { day: 100, calls: 2 });
  assert.equal(countCall({ day: 100, calls: 2 }, 2, 101 * DAY_MS - 1), undefined);
  assert.deepEqual(countCall({ day: 100, calls: 2 }, 2, 101 * DAY_MS), { day: 101, calls: 1 });
});

test('a clock that is set back does not give the calls of a day again', () => {
  assert.equal(countCall({ day: 100, calls: 2 }, 2, 99 * DAY_MS), undefined);
});

test('calls at once are counted one by one, up to the budget', async () => {
  const ledger = new TestLedger();
  const budget = new Budget(3, ledger, () => NOON);
  assert.deepEqual(await spend(budget, 5), [
    'spent',
    'spent',
    'spent',
    'BUDGET_SPENT',
    'BUDGET_SPENT',
  ]);
  assert.deepEqual(ledger.count, { day: 100, calls: 3 });
});

test('the count survives a restart, and the next day begins anew', async () => {
  const ledger = new TestLedger();
  let now = NOON;
  assert.deepEqual(await spend(new Budget(2, ledger, () => now), 1), ['spent']);
  const budget = new Budget(2, ledger, () => now);
  assert.deepEqual(await spend(budget, 2), ['spent', 'BUDGET_SPENT']);
  now += DAY_MS;
  assert.deepEqual(await spend(budget, 3), ['spent', 'spent', 'BUDGET_SPENT']);
});

test('a call that cannot be counted is not to be made; later ones may be', async () => {
  const ledger = new TestLedger();
  const budget = new Budget(2, ledger, () => NOON);
  ledger.failure = new Error('disk full');
  assert.deepEqual(await spend(budget, 2), ['BUDGET_UNCOUNTED', 'BUDGET_UNCOUNTED']);
  ledger.failure = undefined;
  assert.deepEqual(await spend(budget, 3), ['spent', 'spent', 'BUDGET_SPENT']);
});

test('a call that was not made is given back, on its own day', async () => {
  const ledger = new TestLedger();
  let now = NOON;
  const budget = new Budget(2, ledger, () => now);
  const [first, second] = [await budget.spend(), await budget.spend()];
  await budget.giveBack(second);
  assert.deepEqual(ledger.count, { day: 100, calls: 1 });
  assert.deepEqual(await spend(budget, 2), ['spent', 'BUDGET_SPENT']);
  now += DAY_MS;
  await budget.spend();
  await budget.giveBack(first);
  assert.deepEqual(ledger.count, { day: 101, calls: 1 });
});

test('what cannot be given back on disk stays counted', async () => {
  const ledger = new TestLedger();
  const budget = new Budget(1, ledger, () => NOON);
  const count = await budget.spend();
  ledger.failure = new Error('disk full');
  await budget.giveBack(count);
  ledger.failure = undefined;
  assert.deepEqual(await spend(budget, 1), ['BUDGET_SPENT']);
});

test('what is left is known once the count was read, and begins anew each day', async () => {
  const ledger = new TestLedger();
  let now = NOON;
  await spend(new Budget(3, ledger, () => now), 2);
  const budget = new Budget(3, ledger, () => now);
  assert.deepEqual(budget.status, { perDay: 3, left: undefined });
  await budget.open();
  assert.deepEqual(budget.status, { perDay: 3, left: 1 });
  await spend(budget, 1);
  assert.deepEqual(budget.status, { perDay: 3, left: 0 });
  now += DAY_MS;
  assert.deepEqual(budget.status, { perDay: 3, left: 3 });
});

test('a count that cannot be read is not known, and calls try again', async () => {
  const ledger = new TestLedger();
  ledger.failure = new Error('unreadable');
  const budget = new Budget(3, ledger, () => NOON);
  await budget.open();
  assert.deepEqual(budget.status, { perDay: 3, left: undefined });
  ledger.failure = undefined;
  await spend(budget, 1);
  assert.deepEqual(budget.status, { perDay: 3, left: 2 });
});
