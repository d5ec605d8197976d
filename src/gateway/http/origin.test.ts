import assert from 'node:assert/strict';
import test from 'node:test';

import { requireOrigin } from './origin.ts';
import { Problem } from './problems.ts';

function isAllowed(origin: string | undefined, host: string, origins: readonly string[]): boolean {
  try {
    requireOrigin({ ...(origin === undefined ? {} : { origin }), host }, origins);
    return true;
  } catch (error) {
    assert.ok(error instanceof Problem && error.code === 'forbidden');
    return false;
  }
}

test('a page may open a WebSocket if it is of the gateway itself, or of a configured origin', () => {
  for (const [origin, host, origins, expected] of [
    [undefined, 'a:1', [], true],
    ['http://a:1', 'a:1', [], true],
    ['https://herd.example', 'Herd.Example', [], true],
    ['http://a:2', 'a:1', [], false],
    ['http://b:1', 'a:1', [], false],
    ['null', 'a:1', [], false],
    ['null', 'null', [], false],
    ['', 'a:1', [], false],
    ['http://b:1', 'a:1', ['http://b:1'], true],
    ['http://b:1.evil.example', 'a:1', ['http://b:1'], false],
    ['https://b:1', 'a:1', ['http://b:1'], false],
    ['http://b:1', 'a:1', ['*'], true],
    ['null', 'a:1', ['*'], true],
  ] as const) {
    assert.equal(isAllowed(origin, host, origins), expected, `${origin} at ${host}`);
  }
});
