import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scanRecord } from '../../store/scan-record.test.ts';
import { LocationStore } from '../../store/store.ts';
import { ClientFinder } from '../nearby-clients.ts';
import { findIn, joinParts, takePart, type Area } from './part.ts';
import { formatPart, parsePart } from './part-text.ts';
import { formatQuestion, partQuestionSchema } from './question.ts';

/*
 * What several servers have of an answer, joined, is what one server with all clients has.
 */

const SEED = 16;
const AREAS: readonly Area[] = [
  { kind: 'near', latitudeE7: 0, longitudeE7: 0 },
  { kind: 'near', latitudeE7: 10_000_000, longitudeE7: 1_799_000_000, radiusMetres: 400_000 },
  { kind: 'box', westE7: -30e7, southE7: -20e7, eastE7: 40e7, northE7: 20e7 },
];

/** Reads a question. @throws where it is none */
function parseQuestion(text: string): unknown {
  return partQuestionSchema.parse(JSON.parse(text));
}

/** A server that has some clients. */
class Holder {
  readonly store = new LocationStore();
  readonly finder = new ClientFinder(this.store, () => {});
  #sequence = 0;

  put(client: string, latitude: number, longitude: number): void {
    const sign = (degrees: number): string => `${degrees < 0 ? '-' : '+'}${Math.abs(degrees)}`;
    const at = sign(latitude) + sign(longitude);
    const record = scanRecord(`AT Riley +0.000000000 ${client} ${at} 1000`);
    this.#sequence += 1;
    record.sequence = this.#sequence;
    this.store.apply(record);
  }

  /** Has the index made that questions wait for. */
  async ready(): Promise<void> {
    const asked = this.finder.inBox(WORLD, { limit: 1 });
    this.finder.work();
    await asked;
  }
}

const WORLD = { westE7: -180e7, southE7: -90e7, eastE7: 180e7, northE7: 90e7 };

/** Few places, so that many clients are at the same one. */
const client = fc.record({
  name: fc.stringMatching(/^[a-zé]{1,3}$/),
  latitude: fc.constantFrom(0, 1, -1, 2.5),
  longitude: fc.constantFrom(0, 1, 179.9, -179.9),
  holder: fc.nat(2),
});

test('pages of several servers are, one after the other, what one server has', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(client, { selector: ({ name }) => name, maxLength: 40 }),
      fc.constantFrom(...AREAS),
      fc.integer({ min: 1, max: 12 }),
      async (clients, area, limit) => {
        const whole = new Holder();
        const holders = [new Holder(), new Holder(), new Holder()];
        for (const { name, latitude, longitude, holder } of clients) {
          for (const each of [whole, holders[holder]]) each?.put(name, latitude, longitude);
        }
        for (const holder of [whole, ...holders]) await holder.ready();
        const all = await findIn(whole.finder, area, { limit: 1000 });
        const expected = all.clients.map((each) => [each.distanceMetres, each.location.client]);
        const found: [number, string][] = [];
        for (let after: { metres: number; client: string } | undefined; ;) {
          const parts = await Promise.all(
            holders.map(async ({ finder, store }) => {
              const part = await takePart(finder, area, { limit, after });
              return parsePart(formatPart(part, store));
            }),
          );
          const page = joinParts(parts, limit);
          assert.ok(page.clients.length <= limit);
          for (const each of page.clients) found.push([each.distanceMetres, each.location.client]);
          if (page.next === undefined) break;
          after = page.next;
        }
        assert.deepEqual(found, expected.toSorted(byDistanceAndName));
      },
    ),
    { seed: SEED, numRuns: 60 },
  );
});

function byDistanceAndName(
  [a = 0, first = '']: (number | string)[],
  [b = 0, second = '']: (number | string)[],
): number {
  return Number(a) - Number(b) || (first < second ? -1 : 1);
}

test('a page has as many as are wanted where one server has them all', async () => {
  const holder = new Holder();
  for (const name of ['a', 'b', 'c']) holder.put(name, 0, name.charCodeAt(0));
  await holder.ready();
  const area = AREAS[0] ?? assert.fail();
  const page = joinParts([await takePart(holder.finder, area, { limit: 2 })], 2);
  assert.deepEqual(
    page.clients.map(({ location }) => location.client),
    ['a', 'b'],
  );
  assert.ok(page.next !== undefined, 'c is to come');
});

test('a location is the same after it went to another server', async () => {
  const holder = new Holder();
  holder.put('kiwi', 34.06893, -118.445127);
  await holder.ready();
  const area = AREAS[0] ?? assert.fail();
  const part = await takePart(holder.finder, area, { limit: 5 });
  assert.deepEqual(parsePart(formatPart(part, holder.store)), part);
});

test('a question is the same after it went to another server, and what is none is refused', () => {
  for (const area of AREAS) {
    const question = { partitions: [1, 5], area, limit: 7, after: { metres: 2.5, client: 'é b' } };
    assert.deepEqual(parseQuestion(formatQuestion(question)), question);
  }
  for (const text of ['', '{}', '{"partitions":[],"area":{"kind":"x"},"limit":1}', 'null']) {
    assert.throws(() => parseQuestion(text), Error, text);
  }
  for (const text of ['x', '5\nnonsense', '-\n5 DOCUMENT A +0.000000000 card/x 5']) {
    assert.throws(() => parsePart(text), RangeError, text);
  }
});
