import fc from 'fast-check';

import { formatSkew, parseTimestamp, SECOND, type Nanoseconds } from './reference.ts';

/*
 * Lines as clients and servers say them, and such lines with mistakes; text of one character a byte.
 */

const DIGITS = '0123456789'.split('');
const WHITE_SPACE = [' ', '\t', '\n', '\v', '\f', '\r'];
const latin1 = (byte: number): string => String.fromCharCode(byte);
const VISIBLE = Array.from({ length: 256 }, (_, byte) => latin1(byte)).filter(
  (byte) => !WHITE_SPACE.includes(byte),
);

const digits = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...DIGITS), minLength, maxLength });

/** Whole seconds: of today, of the limits of binary numbers and clocks, and of thousands of digits. */
const seconds = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 2 ** 31 }).map(String) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 3 }).map(String) },
  { weight: 2, arbitrary: digits(1, 22) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(17_179_869_183n, 10n ** 15n, 2n ** 53n),
        fc.integer({ min: -2, max: 2 }),
      )
      .map(([edge, more]) => String(edge + BigInt(more))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(300, 1500, 4000), digits(1, 9))
      .map(([zeros, end]) => '0'.repeat(zeros) + end),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(digits(1, 9), fc.constantFrom(30, 308, 400, 4000))
      .map(([start, more]) => start + '7'.repeat(more)),
  },
);
const decimals = fc.oneof(
  fc.constant(''),
  digits(1, 9).map((all) => `.${all}`),
  fc.constantFrom('.000000000', '.999999999', '.000000001', '.5'),
);

/** A client's time. */
export const time = fc.tuple(seconds, decimals).map((parts) => parts.join(''));

/** A reading of a server's clock. */
export const received: fc.Arbitrary<Nanoseconds> = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 31n * SECOND }),
  fc.bigInt({ min: 0n, max: 4n * SECOND }),
  fc.constantFrom(0n, 1n, SECOND - 1n, 17_179_869_183n * SECOND),
);

const sign = fc.constantFrom('+', '-');
const fraction = fc.oneof(
  fc.constant(''),
  digits(1, 9).map((all) => `.${all}`),
  fc.constantFrom('.0', '.0000000000000000000000001', '.999999999999999999999999'),
);
const padded = (number: number, length: number): string => String(number).padStart(length, '0');

/** The digits of an angle before its point, in one of the three forms; some are out of bounds. */
function whole(form: number, degreeDigits: number, limit: number): fc.Arbitrary<string> {
  const degrees = fc.oneof(
    { weight: 12, arbitrary: fc.nat(limit - 1) },
    { weight: 1, arbitrary: fc.constantFrom(limit, limit + 1) },
  );
  const sixty = fc.oneof(
    { weight: 12, arbitrary: fc.nat(59) },
    { weight: 1, arbitrary: fc.constant(60) },
  );
  const sixties = fc.array(sixty, { minLength: form, maxLength: form });
  const width = fc.integer({ min: form === 0 ? 1 : degreeDigits, max: degreeDigits });
  return fc
    .tuple(degrees, width, sixties)
    .map(
      ([degrees, width, rest]) => padded(degrees, width) + rest.map((n) => padded(n, 2)).join(''),
    );
}

const angles = fc
  .constantFrom(0, 0, 1, 2)
  .chain((form) =>
    fc.tuple(sign, whole(form, 2, 90), fraction, sign, whole(form, 3, 180), fraction),
  );
/** What may come after the angles, and what looks like it. */
const TAILS = [
  '/ +10 -2.5/ +8850CRSWGS_84/ CRSWGS_84 CRS\xe9 +0CRS<http://example.org/crs>/ CRS<a> CRS/ CRS<>',
  'CRS<a CRS CR C/ CRSa< CRSa> CRS<a>b + +1. +.5 //',
].flatMap((tails) => tails.split(' '));
const tail = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom(...TAILS) },
);

/** A position; nearly all are valid. */
export const position = fc.tuple(angles, tail).map(([parts, tail]) => parts.join('') + tail);

const visible = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...'ab.XY09+-_'.split('')) },
  { weight: 1, arbitrary: fc.constantFrom(...VISIBLE) },
);
const word = fc.string({ unit: visible, minLength: 1, maxLength: 12 });

/** A client's ID; some as long as fits a command, or longer. */
export const client = fc.oneof(
  { weight: 12, arbitrary: word },
  {
    weight: 1,
    arbitrary: fc
      .tuple(word, fc.constantFrom(100, 1000, 4000, 4060, 4066, 4070))
      .map(([word, length]) => word.padEnd(length, '\xe9')),
  },
);

/** A server's name; some are too long. */
export const server = fc.oneof(
  { weight: 12, arbitrary: fc.oneof(fc.constantFrom('Riley', 'Jaquez', 'B'), word) },
  { weight: 1, arbitrary: fc.constantFrom('S'.repeat(64), 'S'.repeat(65)) },
);

const gap = fc.string({ unit: fc.constantFrom(...WHITE_SPACE), minLength: 1, maxLength: 3 });
const between = fc.oneof({ weight: 3, arbitrary: fc.constant(' ') }, { weight: 1, arbitrary: gap });

/** A valid report, or nearly. */
export const iamat = fc
  .tuple(between, client, between, position, between, time)
  .map((parts) => `IAMAT${parts.join('')}`);

const radius = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 51 }), fraction).map((parts) => parts.join('')),
  fc.constantFrom(
    '0',
    '0.0',
    '50.000',
    '050',
    '0.0000000000000000000001',
    '50.0000000000000000001',
  ),
  digits(1, 400),
);
const bound = fc.oneof(
  fc.integer({ min: 0, max: 22 }).map(String),
  fc.constantFrom('00000000000000000000000020', '1e1', '1.0', '+1'),
  digits(1, 400),
);

/** A valid question for places, or nearly. */
export const whatsat = fc
  .tuple(client, radius, bound)
  .map(([client, radius, bound]) => `WHATSAT ${client} ${radius} ${bound}`);

/** An `AT` line; most are of what a clock can have said. */
export const at = fc
  .tuple(
    server,
    client,
    position,
    time,
    fc.oneof(received, fc.bigInt({ min: -SECOND, max: 10n ** 22n })),
  )
  .map(([server, client, position, time, received]) => {
    const skew = formatSkew(received - (parseTimestamp(time) ?? 0n));
    return `AT ${server} ${skew} ${client} ${position} ${time}`;
  });

/** A change of a line in one place. */
type Edit = (line: string) => string;

const anyByte = fc.oneof(
  fc.nat(255).map(latin1),
  fc.constantFrom(...'0123456789+-./<>C '.split('')),
  fc.constantFrom(...WHITE_SPACE),
);

function replace(line: string, where: number, length: number, by: string): string {
  const at = where % (line.length + 1);
  return line.slice(0, at) + by + line.slice(at + length);
}

/** Changes one of the fields between single spaces. */
function editField(line: string, where: number, edit: (field: string) => string[]): string {
  const fields = line.split(' ');
  const which = where % fields.length;
  return fields.flatMap((field, index) => (index === which ? edit(field) : [field])).join(' ');
}

/** Changes one run of digits. */
function editNumber(line: string, where: number, edit: (number: string) => string): string {
  const runs = [...line.matchAll(/\d+/g)];
  const run = runs[where % Math.max(runs.length, 1)];
  return run === undefined ? line : replace(line, run.index, run[0].length, edit(run[0]));
}

const edit: fc.Arbitrary<Edit> = fc
  .record({
    where: fc.nat(),
    bytes: fc.string({ unit: anyByte, minLength: 1, maxLength: 3 }),
    length: fc.integer({ min: 1, max: 4 }),
    times: fc.constantFrom(2, 3, 12, 400),
    gap,
    number: fc.oneof(seconds, decimals, fc.constantFrom('60', '90', '180', '181', '')),
  })
  .chain(({ where, bytes, length, times, gap, number }) =>
    fc.constantFrom<Edit>(
      (line) => replace(line, where, bytes.length, bytes),
      (line) => replace(line, where, 0, bytes),
      (line) => replace(line, where, length, ''),
      (line) =>
        replace(
          line,
          where,
          0,
          line
            .slice(where % (line.length + 1))
            .slice(0, length)
            .repeat(times),
        ),
      (line) => editField(line, where, (field) => [field, field]),
      (line) => editField(line, where, () => []),
      (line) => editField(line, where, (field) => [field.slice(0, length)]),
      (line) => editField(line, where, (field) => [gap, field]),
      (line) => editField(line, where, (field) => [`${field}${gap}`]),
      (line) => editNumber(line, where, () => number),
      (line) => editNumber(line, where, (digits) => digits.repeat(times)),
    ),
  );

/** No line gets longer than so many bytes, several times what any line may have: it would only take time. */
const MOST_BYTES = 20_000;

/** Such lines, and the same with up to three changes. */
export function edited(lines: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edits = fc.oneof(fc.constant([]), fc.array(edit, { minLength: 1, maxLength: 3 }));
  return fc
    .tuple(lines, edits)
    .map(([line, edits]) => edits.reduce((line, edit) => edit(line).slice(0, MOST_BYTES), line));
}

/** A text as bytes among others, with where it begins and ends. */
export interface Placed {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Bytes that would be taken for part of a field, if they were read. */
const AROUND = [
  ['', ''],
  ['..............', '.5'],
  ['1.+1-1 AT IAMAT', '<>/+1 1'],
  [' \n', '0\n'],
] as const;

/** Puts a text among bytes that are not to be read. */
export function placed(text: string, around: number): Placed {
  const [before, after] = AROUND[around % AROUND.length] ?? AROUND[0];
  const bytes = Buffer.from(before + text + after, 'latin1');
  return { bytes, start: before.length, end: before.length + text.length };
}
