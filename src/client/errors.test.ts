import assert from 'node:assert/strict';
import test from 'node:test';

import type { statusOf } from '../gateway/http/problems.ts';
import * as errors from './errors.ts';

/** Where this does not compile, `ProblemCode` lacks a problem that the gateway has, or has one that it has not. */
const SAME: [errors.ProblemCode] extends [Parameters<typeof statusOf>[0]]
  ? [Parameters<typeof statusOf>[0]] extends [errors.ProblemCode]
    ? true
    : never
  : never = true;

test('each error is a HerdError with its name and its code', () => {
  const attempt = { server: 'http://a', reason: 'connection refused' };
  const all = [
    new errors.InvalidArgumentError('x'),
    new errors.ProblemError('full', 'http://a', 507, { detail: 'no room', title: 'Full' }),
    new errors.UnreachableError(5, [attempt]),
    new errors.OutcomeUnknownError(attempt),
    new errors.UnexpectedAnswerError('http://a', 'x'),
    new errors.ClosedError(),
  ];
  assert.ok(SAME && all.every((error) => error instanceof errors.HerdError));
  assert.deepEqual(
    all.map(({ name, code, message }) => `${name} ${code}: ${message}`),
    [
      'InvalidArgumentError invalid-argument: x',
      'ProblemError full: no room',
      'UnreachableError unreachable: no server answered within 5 ms: http://a: connection refused',
      'OutcomeUnknownError outcome-unknown: http://a may have done it, or not: connection refused',
      'UnexpectedAnswerError unexpected-answer: http://a: x',
      'ClosedError closed: it is closed',
    ],
  );
});
