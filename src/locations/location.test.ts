import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseLocation } from './location.ts';

test('a location says who was where, who heard it, and its line as it was sent', () => {
  const at = 'AT Riley +1.000000005 caf\xc3\xa9 +1.50-002.25/ 3.000000000';
  assert.deepEqual(parseLocation(at), {
    client: 'caf\xc3\xa9',
    origin: 'Riley',
    position: { latitude: 1.5, longitude: -2.25 },
    at,
  });
});

describe('no location', () => {
  const refused: [why: string, line: string][] = [
    ['a line that is no AT line', 'IAMAT kiwi +1-2 3'],
    ['a line with a line end', 'AT Riley +1.000000000 kiwi +1-2 3\n'],
    ['a position that is none', 'AT Riley +1.000000000 kiwi +91-2 3'],
    ['a receipt of before 1970', 'AT Riley -4.000000000 kiwi +1-2 3'],
  ];
  for (const [why, line] of refused) {
    test(why, () => assert.equal(parseLocation(line), undefined));
  }
});
