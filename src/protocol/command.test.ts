import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { parseCommand } from './command.ts';
import { isBlank, splitFields } from './white-space.ts';

fc.configureGlobal({ seed: 50, numRuns: 1000 });

const WHITE_SPACE = [' ', '\t', '\n', '\v', '\f', '\r'];
const EVERY_BYTE = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

const gap = fc.string({ unit: fc.constantFrom(...WHITE_SPACE), minLength: 1, maxLength: 3 });
const visible = fc.constantFrom(...EVERY_BYTE.filter((byte) => !WHITE_SPACE.includes(byte)));
const field = fc.string({ unit: visible, minLength: 1, maxLength: 8 });

test('white space is six bytes and no other', () => {
  assert.deepEqual(EVERY_BYTE.filter(isBlank), WHITE_SPACE.toSorted());
  assert.equal(isBlank(''), true);
  assert.equal(isBlank(' \t\v\f\r\n.'), false);
});

test('fields are what stands between runs of white space', () => {
  const parts = fc.array(fc.tuple(field, gap));
  fc.assert(
    fc.property(fc.option(gap, { nil: '' }), parts, (lead, parts) => {
      const line = lead + parts.flat().join('');
      assert.deepEqual(
        splitFields(line),
        parts.map(([field]) => field),
      );
    }),
  );
});

test('a command is read alike whatever white space stands around its fields', () => {
  const gaps = fc.tuple(gap, gap, gap, gap, gap);
  fc.assert(
    fc.property(gaps, field, ([a, b, c, d, e], client) => {
      assert.deepEqual(parseCommand(`${a}IAMAT${b}${client}${c}+1.5-2.5${d}7.25${e}`), {
        name: 'IAMAT',
        client,
        position: '+1.5-2.5',
        time: '7.25',
        point: { latitude: 1.5, longitude: -2.5 },
        clientTime: 7_250_000_000n,
      });
      assert.deepEqual(parseCommand(`WHATSAT${a}${client}${b}10${c}5`), {
        name: 'WHATSAT',
        client,
        radiusKm: 10,
        bound: 5,
      });
    }),
  );
});

test('no line throws', () => {
  const word = fc.oneof(
    fc.constantFrom('IAMAT', 'WHATSAT', 'AT', 'x', '+1+1', '1', '50', '20', '0'),
    field,
  );
  const lines = fc.array(fc.oneof(word, gap), { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(lines, (line) => {
      const command = parseCommand(line);
      if (command === undefined) return;
      const [name, client, ...rest] = splitFields(line);
      assert.equal(rest.length, 2);
      assert.deepEqual([command.name, command.client], [name, client]);
    }),
    { numRuns: 5000 },
  );
});

describe('a radius and a bound', () => {
  const read: [radius: string, bound: string, radiusKm: number, most: number][] = [
    ['10', '5', 10, 5],
    ['50', '20', 50, 20],
    ['50.000', '1', 50, 1],
    ['0.001', '05', 0.001, 5],
    ['007.5', '0000000000000000000020', 7.5, 20],
    ['49.99999999999999999999', '1', 50, 1],
  ];
  for (const [radius, bound, radiusKm, most] of read) {
    test(`${radius} ${bound}`, () => {
      const expected = { name: 'WHATSAT', client: 'x', radiusKm, bound: most };
      assert.deepEqual(parseCommand(`WHATSAT x ${radius} ${bound}`), expected);
    });
  }
});
