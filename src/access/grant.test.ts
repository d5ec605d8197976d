import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { coversClient, parsePattern, type ClientPattern } from './client-pattern.ts';
import { decide, grantOf, OPEN_GRANT, ownClient, type Action, type Grant } from './grant.ts';
import { tokenRule } from './token-rule.test.ts';

fc.configureGlobal({ seed: 37 });

const RULE = tokenRule('anna-phone', 'a'.repeat(64), {
  expiresMs: 1000,
  report: ['anna'],
  read: ['ben'],
  groups: ['kids'],
});
const pattern = (text: string): ClientPattern => {
  const parsed = parsePattern(text);
  assert.ok(parsed !== undefined);
  return parsed;
};
const GROUPS = new Map([['kids', [pattern('kid-*')]]]);
const ACTIONS: readonly Action[] = ['report', 'read', 'operate'];

describe('what a token grants', () => {
  const grant = grantOf(RULE, GROUPS);

  test('is its own clients, those that it names and those of its groups', () => {
    assert.equal(decide(grant, 'report', 'anna', 0), 'allowed');
    assert.equal(decide(grant, 'report', 'ben', 0), 'client-not-covered');
    assert.equal(decide(grant, 'read', 'ben', 0), 'allowed');
    assert.equal(decide(grant, 'read', 'kid-1', 0), 'allowed');
    assert.equal(
      decide(grant, 'read', 'anna', 0),
      'client-not-covered',
      'reporting is not reading',
    );
    assert.equal(decide(grant, 'operate', '', 0), 'action-not-granted');
  });

  test('ends with its time and when it is revoked', () => {
    assert.equal(decide(grant, 'report', 'anna', 999), 'allowed');
    assert.equal(decide(grant, 'report', 'anna', 1000), 'expired');
    const revoked = grantOf({ ...RULE, revokedMs: 1 }, GROUPS);
    assert.equal(decide(revoked, 'report', 'anna', 0), 'revoked');
  });

  test('is nothing for a group that is not there', () => {
    assert.equal(decide(grantOf(RULE, new Map()), 'read', 'kid-1', 0), 'client-not-covered');
  });

  test('says whose phone it is, where that is one client', () => {
    assert.equal(ownClient(grant), 'anna');
    for (const report of [[], ['a*'], ['anna', 'ben']]) {
      assert.equal(ownClient(grantOf({ ...RULE, report }, GROUPS)), undefined);
    }
  });
});

const client = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 3 });
const patterns = fc.array(
  fc.string({ unit: fc.constantFrom('a', 'b', 'c', '*'), minLength: 1, maxLength: 3 }).map(pattern),
  { maxLength: 3 },
);
const time = fc.integer({ min: 0, max: 5 });
const grants: fc.Arbitrary<Grant> = fc.record({
  token: fc.constant('t'),
  id: fc.constant('0'),
  isShare: fc.boolean(),
  expiresMs: fc.option(time, { nil: undefined }),
  isRevoked: fc.boolean(),
  report: patterns,
  read: patterns,
  groups: fc.constant([]),
  operate: fc.boolean(),
  putsWaypoints: fc.boolean(),
  encryptionKey: fc.constant(undefined),
});

describe('of any grant', () => {
  const action = fc.constantFrom(...ACTIONS);

  test('what is allowed was granted, is not over and was not revoked; and the other way round', () => {
    fc.assert(
      fc.property(grants, action, client, time, (grant, asked, whom, nowMs) => {
        const isGood = !grant.isRevoked && nowMs < (grant.expiresMs ?? Infinity);
        const isCovered =
          asked === 'operate'
            ? grant.operate
            : grant[asked].some((each) => coversClient(each, whom));
        assert.equal(decide(grant, asked, whom, nowMs) === 'allowed', isGood && isCovered);
      }),
      { numRuns: 2000 },
    );
  });

  test('what is denied at a time is denied later', () => {
    fc.assert(
      fc.property(grants, action, client, time, time, (grant, asked, whom, nowMs, laterMs) => {
        if (decide(grant, asked, whom, nowMs) === 'allowed') return;
        assert.notEqual(decide(grant, asked, whom, nowMs + laterMs), 'allowed');
      }),
    );
  });

  test('to be allowed one action does not depend on what is granted for the others', () => {
    fc.assert(
      fc.property(grants, action, client, time, (grant, asked, whom, nowMs) => {
        const bare: Grant = { ...grant, report: [], read: [], operate: false };
        const alone: Grant = { ...bare, [asked]: grant[asked] };
        assert.equal(decide(alone, asked, whom, nowMs), decide(grant, asked, whom, nowMs));
        assert.notEqual(decide(bare, asked, whom, nowMs), 'allowed');
      }),
    );
  });

  test('where no token is asked for, everything is allowed', () => {
    fc.assert(
      fc.property(action, fc.string(), time, (asked, whom, nowMs) => {
        assert.equal(decide(OPEN_GRANT, asked, whom, nowMs), 'allowed');
      }),
    );
  });
});
