import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { MAX_DOCUMENT_BODY_BYTES } from '../../store/document.ts';
import { checkedGeofence, MAX_DWELL_S, MAX_RADIUS_M, MAX_VERTICES } from './check-geofence.ts';
import {
  decodeGeofence,
  documentNameOf,
  encodeGeofence,
  geofenceNameOf,
} from './geofence-document.ts';
import { GeofenceError, type GeofenceErrorCode } from './geofence-error.ts';
import type { Geofence } from './geofence.ts';

fc.configureGlobal({ seed: 41, numRuns: 300 });

type Point = readonly [latitude: number, longitude: number];

function polygon(...points: readonly Point[]): Geofence {
  const vertices = points.map(([latitude, longitude]) => ({ latitude, longitude }));
  return { name: 'home', shape: { type: 'polygon', vertices }, minimumDwellS: 0 };
}

function circle(latitude: number, longitude: number, radiusM: number): Geofence {
  const shape = { type: 'circle', latitude, longitude, radiusM } as const;
  return { name: 'home', shape, minimumDwellS: 0 };
}

/** A star around a point, with so many vertices: it never crosses itself. */
function star(vertices: number, radii: readonly number[]): Geofence {
  const points = Array.from({ length: vertices }, (_, index): Point => {
    const angle = (2 * Math.PI * index) / vertices;
    const radius = radii[index % radii.length] ?? 1;
    return [-12 + radius * Math.sin(angle), -118.4451271 + radius * Math.cos(angle)];
  });
  return polygon(...points);
}

const refused: readonly [what: string, fence: Geofence, code: GeofenceErrorCode][] = [
  ['no name', { ...circle(1, 2, 3), name: '' }, 'NAME_INVALID'],
  ['a name with a line end', { ...circle(1, 2, 3), name: 'a\nb' }, 'NAME_INVALID'],
  ['a name with white space around it', { ...circle(1, 2, 3), name: ' a' }, 'NAME_INVALID'],
  ['half a surrogate pair', { ...circle(1, 2, 3), name: '\u{d800}' }, 'NAME_INVALID'],
  ['a long name', { ...circle(1, 2, 3), name: 'n'.repeat(65) }, 'NAME_INVALID'],
  ['a latitude beyond the pole', circle(90.1, 2, 3), 'POSITION_INVALID'],
  ['a longitude that is no number', circle(1, Number.NaN, 3), 'POSITION_INVALID'],
  ['a vertex beyond 180 degrees', polygon([0, 181], [0, 179], [1, 180]), 'POSITION_INVALID'],
  ['no radius', circle(1, 2, 0), 'RADIUS_INVALID'],
  ['a radius of half the earth', circle(1, 2, MAX_RADIUS_M + 1), 'RADIUS_INVALID'],
  ['a negative dwell', { ...circle(1, 2, 3), minimumDwellS: -1 }, 'DWELL_INVALID'],
  ['a long dwell', { ...circle(1, 2, 3), minimumDwellS: MAX_DWELL_S + 1 }, 'DWELL_INVALID'],
  ['two vertices', polygon([0, 0], [1, 1]), 'VERTICES_INVALID'],
  ['many vertices', star(MAX_VERTICES + 1, [1]), 'VERTICES_INVALID'],
  ['a bow tie', polygon([0, 0], [1, 1], [1, 0], [0, 1]), 'VERTICES_INVALID'],
  ['the first vertex again', polygon([0, 0], [0, 1], [1, 1], [0, 0]), 'VERTICES_INVALID'],
  ['a vertex twice', polygon([0, 0], [0, 1], [0, 1], [1, 1]), 'VERTICES_INVALID'],
  ['a line', polygon([0, 0], [0, 1], [0, 2]), 'VERTICES_INVALID'],
  ['a spike', polygon([0, 0], [0, 2], [0, 1], [1, 1]), 'VERTICES_INVALID'],
  ['a vertex on another side', polygon([0, 0], [0, 4], [2, 4], [0, 2], [2, 0]), 'VERTICES_INVALID'],
  ['an area over the antimeridian', polygon([0, 179], [0, -179], [1, 179]), 'VERTICES_INVALID'],
  ['less than 1e-7 degree', polygon([0, 0], [0, 1e-8], [1e-8, 0]), 'VERTICES_INVALID'],
];

describe('a geofence cannot have', () => {
  for (const [what, fence, code] of refused) {
    test(what, () => {
      assert.throws(
        () => checkedGeofence(fence),
        (error) => error instanceof GeofenceError && error.code === code,
      );
    });
  }
});

describe('a geofence can have', () => {
  const taken: readonly [what: string, fence: Geofence][] = [
    ['a straight angle', polygon([0, 0], [0, 1], [0, 2], [1, 1])],
    ['a bay', polygon([0, 0], [0, 3], [3, 3], [1, 2], [3, 1])],
    ['vertices in the other direction', polygon([1, 1], [0, 1], [0, 0])],
    ['all of a hemisphere', polygon([-90, 0], [-90, 180], [90, 180], [90, 0])],
    ['a circle over the antimeridian', circle(0, 180, MAX_RADIUS_M)],
    ['a name of many scripts', { ...circle(1, 2, 3), name: 'Zuhause / \u{5bb6} \u{1f3e0} 100%' }],
  ];
  for (const [what, fence] of taken) {
    test(what, () => assert.deepEqual(checkedGeofence(fence), fence));
  }

  test('no side that crosses another by a single step of 1e-7 degree', () => {
    const [far, step] = [90, 1e-7];
    const fits = polygon([0, -180], [far, 0], [45 + step, -90], [80, -170]);
    assert.deepEqual(checkedGeofence(fits), fits);
    assert.throws(() => checkedGeofence(polygon([0, -180], [far, 0], [45, -90], [80, -170])));
  });
});

describe('the document of a geofence', () => {
  test('says it again, to 1e-7 degree', () => {
    const anyFence = fc.record({
      vertices: fc.integer({ min: 3, max: 60 }),
      radii: fc.array(fc.double({ min: 0.01, max: 30, noNaN: true }), { minLength: 1 }),
      minimumDwellS: fc.nat(MAX_DWELL_S),
    });
    fc.assert(
      fc.property(anyFence, ({ vertices, radii, minimumDwellS }) => {
        const checked = checkedGeofence({ ...star(vertices, radii), minimumDwellS });
        assert.deepEqual(decodeGeofence('home', encodeGeofence(checked)), checked);
      }),
    );
  });

  test('has room for the most vertices', () => {
    const body = encodeGeofence(
      checkedGeofence({ ...star(MAX_VERTICES, [30, 20]), minimumDwellS: 1.5 }),
    );
    assert.ok(body.length <= MAX_DOCUMENT_BODY_BYTES, `${body.length} bytes`);
    assert.doesNotMatch(body, /[^!-~]/);
  });

  test('has a name for each of the geofence', () => {
    const longest = '\u{1f3e0}'.repeat(64);
    for (const name of ['home', 'a b', '100%', 'a/b', '.', longest]) {
      assert.equal(geofenceNameOf(documentNameOf(name)), name);
    }
  });

  const unread = ['', '[]', 'null', '7', '{}', '{"circle":[1,2]}', '{"circle":[1,2,"3"]}'];
  const others = ['{"polygon":[[1,2]]}', '{"polygon":3}', '{"polygon":[[1],[2],[3]]}'];
  for (const text of [...unread, ...others, '{"circle":[1,2,3],"minimumDwellS":"1"}']) {
    test(`is none with the text ${text}`, () => {
      assert.equal(decodeGeofence('home', text), undefined);
    });
  }
});
