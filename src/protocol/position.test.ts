import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { anyText } from './any-text.test.ts';
import { parsePosition } from './position.ts';

fc.configureGlobal({ seed: 6709, numRuns: 500 });

/** A millionth of a degree is 0.1 m; a few rounding errors of binary numbers are far below this. */
const TOLERANCE_DEGREES = 1e-12;

/** An angle's text and what it says, as a fraction of whole numbers: exact, and no code of ours. */
interface Written {
  readonly text: string;
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The fraction as a number, from 20 decimals of long division. */
function valueOf({ numerator, denominator }: Written): number {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const scaled = ((magnitude * 10n ** 20n) / denominator).toString().padStart(21, '0');
  return Number(`${numerator < 0n ? '-' : ''}${scaled.slice(0, -20)}.${scaled.slice(-20)}`);
}

const sign = fc.constantFrom('+', '-');
const decimals = fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), maxLength: 12 });
const below60 = fc.integer({ min: 0, max: 59 });

function written(
  sign: string,
  whole: string,
  fraction: string,
  units: bigint,
  unitsADegree: bigint,
): Written {
  const scale = 10n ** BigInt(fraction.length);
  const magnitude = units * scale + BigInt(`0${fraction}`);
  return {
    text: `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`,
    numerator: sign === '-' ? -magnitude : magnitude,
    denominator: unitsADegree * scale,
  };
}

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

/** An angle of less than `limit` degrees in each of the three forms. */
function angle(limit: number, degreeDigits: number) {
  const degrees = fc.integer({ min: 0, max: limit - 1 });
  return {
    degrees: fc
      .tuple(sign, degrees, fc.integer({ min: 1, max: degreeDigits }), decimals)
      .map(([s, d, width, f]) => written(s, digits(d, width), f, BigInt(d), 1n)),
    minutes: fc
      .tuple(sign, degrees, below60, decimals)
      .map(([s, d, m, f]) =>
        written(s, digits(d, degreeDigits) + digits(m, 2), f, BigInt(d * 60 + m), 60n),
      ),
    seconds: fc.tuple(sign, degrees, below60, below60, decimals).map(([s, d, m, sec, f]) => {
      const whole = digits(d, degreeDigits) + digits(m, 2) + digits(sec, 2);
      return written(s, whole, f, BigInt((d * 60 + m) * 60 + sec), 3600n);
    }),
  };
}

const latitude = angle(90, 2);
const longitude = angle(180, 3);
const forms = ['degrees', 'minutes', 'seconds'] as const;
const tails = fc.constantFrom(
  '',
  '/',
  '+10',
  '-2.5/',
  '+8850CRSWGS_84/',
  'CRSWGS_84',
  '+0CRS<https://example.org/crs>/',
);

for (const form of forms) {
  test(`a position in ${form} is read as what it says, whatever follows it`, () => {
    fc.assert(
      fc.property(latitude[form], longitude[form], tails, (lat, lon, tail) => {
        const position = parsePosition(lat.text + lon.text + tail);
        assert.ok(position);
        assert.ok(Math.abs(position.latitude - valueOf(lat)) <= TOLERANCE_DEGREES);
        assert.ok(Math.abs(position.longitude - valueOf(lon)) <= TOLERANCE_DEGREES);
      }),
    );
  });
}

test('latitude and longitude of different forms are refused', () => {
  const [a, b] = [fc.constantFrom(...forms), fc.constantFrom(...forms)];
  const mixed = fc
    .tuple(a, b)
    .filter(([a, b]) => a !== b)
    .chain(([a, b]) => fc.tuple(latitude[a], longitude[b]));
  fc.assert(
    fc.property(mixed, ([lat, lon]) => {
      assert.equal(parsePosition(lat.text + lon.text), undefined);
    }),
  );
});

test('what is refused never throws, and what is read is on the Earth', () => {
  const texts = fc.oneof(
    anyText(),
    fc.string({ unit: fc.constantFrom(...'+-0123456789.CRS<>/ '.split('')) }),
    fc.stringMatching(/^[+-]\d{1,7}\.?\d{0,3}[+-]\d{1,8}\.?\d{0,3}\/?$/),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const position = parsePosition(text);
      if (position === undefined) return;
      assert.ok(Math.abs(position.latitude) <= 90 && Math.abs(position.longitude) <= 180);
    }),
    { numRuns: 2000 },
  );
});

describe('the same point in all forms', () => {
  for (const text of [
    '+34.068930-118.445127',
    '+3404.1358-11826.70762',
    '+340408.148-1182642.4572',
    '+340408.148-1182642.4572+25.4CRSWGS_84/',
  ]) {
    test(text, () => {
      const { latitude, longitude } = parsePosition(text) ?? { latitude: 0, longitude: 0 };
      assert.ok(Math.abs(latitude - 34.06893) < TOLERANCE_DEGREES);
      assert.ok(Math.abs(longitude - -118.445127) < TOLERANCE_DEGREES);
    });
  }
});

describe('the limits belong to the Earth', () => {
  const limits: [text: string, latitude: number, longitude: number][] = [
    ['+90-180', 90, -180],
    ['-90.000+180.000', -90, 180],
    ['+9000-18000', 90, -180],
    ['-900000.0+1800000.0', -90, 180],
    ['+0+0', 0, 0],
    ['+8959.999999999999999999999+17959.999999999999999999999', 90, 180],
  ];
  for (const [text, latitude, longitude] of limits) {
    test(text, () => assert.deepEqual(parsePosition(text), { latitude, longitude }));
  }
});

describe('no position', () => {
  const refused: [why: string, text: string][] = [
    ['nothing', ''],
    ['no longitude', '+34.068930'],
    ['no sign of the latitude', '34.068930-118.445127'],
    ['no sign of the longitude', '+34.068930118.445127'],
    ['beyond the pole by less than a double tells', '+90.0000000000000000000001+0'],
    ['beyond the date line by less than a double tells', '+0-180.0000000000000000000001'],
    ['beyond the pole in minutes', '+9000.0000000000000000000001+00000'],
    ['beyond the date line in seconds', '+000000-1800000.0000000000000000000001'],
    ['60 minutes', '+3460+11800'],
    ['60 minutes of longitude', '+3400+11860'],
    ['60 minutes, with seconds', '+346000+1180000'],
    ['60 seconds', '+340060+1180000'],
    ['60 seconds of longitude', '+340000+1180060'],
    ['three digits of latitude', '+034+118'],
    ['five digits of latitude', '+03404+11826'],
    ['four digits of longitude', '+3404+1182'],
    ['six digits of longitude', '+340408+118264'],
    ['eight digits of longitude', '+340408+11826421'],
    ['no digit before the point', '+.5+1'],
    ['no digit after the point', '+5.+1'],
    ['an exponent', '+1e1+1'],
    ['another digit than 0 to 9', '+٣+1'],
    ['two altitudes', '+1+1+1+1'],
    ['no name of the CRS', '+1+1CRS/'],
    ['a CRS that does not end', '+1+1CRS<x/'],
    ['two closing slashes', '+1+1//'],
    ['something after the slash', '+1+1/x'],
    ['a space before it', ' +1+1'],
    ['a line end after it', '+1+1\n'],
  ];
  for (const [why, text] of refused) {
    test(why, () => assert.equal(parsePosition(text), undefined));
  }
});
