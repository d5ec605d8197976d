import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { anyText } from './any-text.test.ts';
import {
  AttributeError,
  decodeAttributes,
  encodeAttributes,
  MAX_ATTRIBUTES,
  MAX_ATTRIBUTES_BYTES,
  type Attributes,
} from './attributes.ts';

fc.configureGlobal({ seed: 11, numRuns: 1000 });

const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const shortText = anyText({ maxLength: 12 });
const known = {
  accuracyM: fc.double({ min: 0, max: 1e6, noNaN: true }),
  altitudeM: fc.double({ min: -1e4, max: 1e5, noNaN: true }),
  speedMps: fc.double({ min: 0, max: 400, noNaN: true }),
  courseDeg: fc.double({ min: 0, max: 360, noNaN: true }),
  batteryPercent: fc.integer({ min: 0, max: 100 }),
  charging: fc.boolean(),
};
const anyAttributes: fc.Arbitrary<Attributes> = fc
  .tuple(
    fc.record(known, { requiredKeys: [] }),
    fc.dictionary(
      fc.stringMatching(/^x[A-Za-z0-9]{0,8}$/),
      fc.oneof(anyNumber, fc.boolean(), shortText),
      { maxKeys: 4, noNullPrototype: true },
    ),
  )
  .map(([some, others]) => Object.assign(others, some));

/** Zeros have one text, with no sign. */
function withoutNegativeZeros(attributes: Attributes): Attributes {
  const entries = Object.entries(attributes);
  return Object.fromEntries(entries.map(([name, value]) => [name, value === 0 ? 0 : value]));
}

describe('the text of attributes', () => {
  test('says them all, in ASCII without spaces, and is the same in whatever order they were given', () => {
    fc.assert(
      fc.property(anyAttributes, (attributes) => {
        const text = encodeAttributes(attributes);
        assert.match(text, /^[!-~]*$/);
        assert.deepEqual(decodeAttributes(text), withoutNegativeZeros(attributes));
        const turned = Object.fromEntries(Object.entries(attributes).reverse());
        assert.equal(encodeAttributes(turned), text);
      }),
    );
  });

  test('is the only one that is read: what is read is written alike', () => {
    const fragment = fc.constantFrom(
      'accuracyM=1',
      'accuracyM=01',
      'batteryPercent=101',
      'charging=true',
      'charging=1',
      'x="a%20b"',
      'x="a b"',
      'x="%zz"',
      'x="',
      'y=-0',
      'y=1e21',
      'y=NaN',
      'y=',
      '=1',
      'Y=1',
      '',
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 4 }), (parts) => {
        const text = parts.join(';');
        const read = decodeAttributes(text);
        if (read !== undefined) assert.equal(encodeAttributes(read), text);
      }),
    );
    assert.equal(decodeAttributes('charging=true;accuracyM=1'), undefined);
    assert.equal(decodeAttributes('x=1;x=1'), undefined);
  });

  test('can be read by a person', () => {
    const text = encodeAttributes({
      speedMps: 1.5,
      accuracyM: 12.5,
      charging: false,
      network: 'wifi 5',
      altitudeM: undefined,
    });
    assert.equal(text, 'accuracyM=12.5;charging=false;network="wifi%205";speedMps=1.5');
    assert.deepEqual(decodeAttributes(''), {});
    assert.equal(encodeAttributes({}), '');
  });
});

describe('attributes are refused', () => {
  const refused: readonly (readonly [Attributes, RegExp])[] = [
    [{ accuracyM: -1 }, /^attribute accuracyM: found -1, expected a finite number from 0$/],
    [{ courseDeg: 361 }, /courseDeg: found 361, expected a finite number from 0 to 360/],
    [{ batteryPercent: Number.NaN }, /batteryPercent: found NaN, expected a finite number/],
    [{ altitudeM: Infinity }, /altitudeM: found Infinity, expected a finite number/],
    [{ 'not a name': 1 }, /found "not a name", expected a name/],
    [{ note: '\ud800' }, /attribute note: found .* surrogate/],
    [{ note: 'x'.repeat(MAX_ATTRIBUTES_BYTES) }, /^attributes: found \d+ bytes of text/],
  ];
  for (const [attributes, message] of refused) {
    test(String(message), () => {
      assert.throws(
        () => encodeAttributes(attributes),
        (error) => {
          assert.ok(error instanceof AttributeError);
          assert.equal(error.code, 'ATTRIBUTE_INVALID');
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  test('where there are too many', () => {
    const many = Array.from(
      { length: MAX_ATTRIBUTES + 1 },
      (_, index) => [`x${index}`, index] as const,
    );
    assert.throws(
      () => encodeAttributes(Object.fromEntries(many)),
      /found 17, expected at most 16/,
    );
    assert.ok(encodeAttributes(Object.fromEntries(many.slice(1))).length > 0);
  });
});
