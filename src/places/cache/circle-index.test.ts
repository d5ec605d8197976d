import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { CircleIndex, type IndexedCircle } from './circle-index.ts';
import { metresBetween, pointAt } from './sphere.ts';

/** Positions close together, at the antimeridian and at a pole: where circles overlap. */
const anyPosition = fc.oneof(
  fc.record({
    latitude: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    longitude: fc.constantFrom(179.9, 179.99, 180, -180, -179.95),
  }),
  fc.record({
    latitude: fc.double({ min: 89.5, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  }),
);
const anyCircle = fc.record({
  centre: anyPosition.map(pointAt),
  query: fc.record({ radiusMetres: fc.double({ min: 0.001, max: 50_000, noNaN: true }) }),
});

/** How much an edge may be nearer than was asked, in metres: by so much 50 km are longer than their chord. */
const SLACK = 0.2;

test('every circle of the radius and above around a point is found, and none whose edge is too near', () => {
  const operations = fc.array(fc.record({ circle: anyCircle, deleted: fc.boolean() }), {
    maxLength: 50,
  });
  const anyShare = fc.constantFrom(0, 0.5, 1);
  fc.assert(
    fc.property(operations, anyPosition, anyCircle, anyShare, (circles, position, asked, share) => {
      const { radiusMetres } = asked.query;
      const index = new CircleIndex<IndexedCircle>();
      for (const { circle } of circles) index.add(circle);
      for (const { circle, deleted } of circles) if (deleted) index.delete(circle);
      const point = pointAt(position);
      const inset = share * radiusMetres;
      const found = index.around(point, radiusMetres, inset);
      for (const { circle, deleted } of circles) {
        const edge = circle.query.radiusMetres - metresBetween(circle.centre, point);
        const isLarge = circle.query.radiusMetres >= radiusMetres;
        if (!deleted && edge > inset + 1e-6 && isLarge) assert.ok(found.has(circle));
        if (deleted || edge < inset - SLACK) assert.ok(!found.has(circle));
      }
    }),
  );
});
