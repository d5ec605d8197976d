import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { formatRoute, parseRoute, VIEWS } from './route.ts';

test('a route is read as it was written, whatever a client is called', () => {
  const route = fc.record(
    {
      view: fc.constantFrom(...VIEWS),
      item: fc.option(fc.string({ minLength: 1, unit: 'grapheme' }), { nil: undefined }),
      options: fc.dictionary(
        fc.string({ unit: 'grapheme-ascii' }).filter((name) => name !== '__proto__'),
        fc.string({ unit: 'grapheme' }),
        { noNullPrototype: true },
      ),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(route, (each) => assert.deepEqual(parseRoute(formatRoute(each)), each)),
    { seed: 14 },
  );
});

test('a fragment that means nothing is the map', () => {
  const map = { view: 'map', item: undefined, options: {} };
  for (const text of ['', '#', '#/', '#/nowhere', '#/map/%E0%A4']) {
    assert.deepEqual(parseRoute(text), map, text);
  }
});

test('a position is readable in a link', () => {
  const route = { view: 'map', item: 'kiwi', options: { at: '34.07,-118.44,12' } } as const;
  assert.equal(formatRoute(route), '#/map/kiwi?at=34.07,-118.44,12');
});
