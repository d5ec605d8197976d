import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { formatPlaces } from './format-places.ts';
import type { Place, PlacesPage } from './provider.ts';

function place(name: string): Place {
  return {
    name,
    place_id: `test:${name}`,
    geometry: { location: { lat: 1.5, lng: -2 } },
    types: ['locality'],
    vicinity: '',
  };
}

/** The text without the two line ends that follow it. */
function jsonOf(page: PlacesPage, bound: number): string {
  const text = formatPlaces(page, bound).toString('utf8');
  assert.ok(text.endsWith('\n\n'));
  return text.slice(0, -2);
}

test('a page is indented by three spaces and has its properties in the order of Google', () => {
  const page: PlacesPage = {
    status: 'OK',
    results: [place('a')],
    next_page_token: 'more',
    html_attributions: ['by'],
  };
  assert.equal(
    jsonOf(page, 20),
    `{
   "html_attributions": [
      "by"
   ],
   "next_page_token": "more",
   "results": [
      {
         "name": "a",
         "place_id": "test:a",
         "geometry": {
            "location": {
               "lat": 1.5,
               "lng": -2
            }
         },
         "types": [
            "locality"
         ],
         "vicinity": ""
      }
   ],
   "status": "OK"
}`,
  );
});

test('a failed page has its error_message last', () => {
  const page: PlacesPage = {
    error_message: 'no',
    html_attributions: [],
    results: [],
    status: 'REQUEST_DENIED',
  };
  assert.equal(
    jsonOf(page, 1),
    `{
   "html_attributions": [],
   "results": [],
   "status": "REQUEST_DENIED",
   "error_message": "no"
}`,
  );
});

test('results are cut to the bound, the first ones stay, and the page itself is not changed', () => {
  const names = ['a', 'b', 'c'];
  const page: PlacesPage = {
    html_attributions: [],
    results: names.map(place),
    next_page_token: 'more',
    status: 'OK',
  };
  for (const bound of [1, 2, 3, 20]) {
    assert.deepEqual(JSON.parse(jsonOf(page, bound)), {
      ...page,
      results: names.slice(0, bound).map(place),
    });
  }
  assert.equal(page.results.length, 3);
});

test('any page comes back from its text, which has no two adjacent LFs and none at its end', () => {
  const anyText = fc.string({
    unit: fc.constantFrom('\n', '\r', '"', '\\', 'é', '😀', '\ud800', 'a'),
  });
  const anyPlace = fc.record({
    name: anyText,
    place_id: anyText,
    geometry: fc.record({ location: fc.record({ lat: fc.integer(), lng: fc.integer() }) }),
    types: fc.array(anyText),
    vicinity: anyText,
    more: fc.jsonValue(),
  });
  const anyPage = fc.record({
    html_attributions: fc.array(anyText),
    results: fc.array(anyPlace, { maxLength: 3 }),
    status: fc.constant('OK' as const),
    next_page_token: anyText,
  });
  fc.assert(
    fc.property(anyPage, (page) => {
      const json = jsonOf(page, 20);
      assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(page)));
      assert.doesNotMatch(json, /\n\n|\n$/);
    }),
  );
});

test("what is not the upstream's is left out", () => {
  const known = {
    ...place('a'),
    details: { phone: '1', names: { de: 'A' } },
    prominence: 3,
    rating: 4,
  };
  const page: PlacesPage = { html_attributions: [], results: [known], status: 'OK' };
  const plain: PlacesPage = { ...page, results: [{ ...place('a'), rating: 4 }] };
  assert.equal(jsonOf(page, 1), jsonOf(plain, 1));
});
