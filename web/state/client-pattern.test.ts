import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import * as server from '#src/access/client-pattern.js';
import { formatClientId } from '#src/protocol/client-id.js';
import { coversClient, parsePattern } from './client-pattern.ts';

test('a pattern covers the same clients here as at a server', () => {
  const byte = fc.constantFrom('a', 'b', '\xc3', '\xa4', '\xff', '*', '\\');
  const client = fc.string({ unit: byte, minLength: 1, maxLength: 5 });
  const step = fc.constantFrom('a', 'b', 'ä', '*', '\\*', '\\\\', '\\xff', '\\xC3');
  const pattern = fc.array(step, { minLength: 1, maxLength: 5 }).map((steps) => steps.join(''));
  fc.assert(
    fc.property(pattern, client, (text, id) => {
      const parsed = server.parsePattern(text);
      assert.ok(parsed !== undefined);
      const found = coversClient(parsePattern(text), formatClientId(id));
      assert.equal(found, server.coversClient(parsed, id));
    }),
    { seed: 14, numRuns: 2000 },
  );
});
