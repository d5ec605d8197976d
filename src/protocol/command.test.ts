import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { CommandScanner, parseCommand } from './command.ts';

fc.configureGlobal({ seed: 50, numRuns: 1000 });

const WHITE_SPACE = [' ', '\t', '\n', '\v', '\f', '\r'];
const EVERY_BYTE = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

const gap = fc.string({ unit: fc.constantFrom(...WHITE_SPACE), minLength: 1, maxLength: 3 });
const visible = fc.constantFrom(...EVERY_BYTE.filter((byte) => !WHITE_SPACE.includes(byte)));
const field = fc.string({ unit: visible, minLength: 1, maxLength: 8 });

test('a command is read alike whatever white space stands around its fields', () => {
  const gaps = fc.tuple(gap, gap, gap, gap, gap);
  fc.assert(
    fc.property(gaps, field, ([a, b, c, d, e], client) => {
      assert.deepEqual(parseCommand(`${a}IAMAT${b}${client}${c}+1.5-2.5${d}7.25${e}`), {
        name: 'IAMAT',
        client,
        position: '+1.5-2.5',
        time: '7.25',
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

test('a command is read where it stands, and says where its fields are', () => {
  const scanner = new CommandScanner();
  const bytes = Buffer.from('x\n IAMAT kiwi  +1.5-2.5\t7.25\r\nWHATSAT kiwi 0.5 20\n5', 'latin1');
  const text = (start: number, end: number): string => bytes.toString('latin1', start, end);

  assert.equal(scanner.scan(bytes, 2, 30), 'IAMAT');
  const { clientStart, clientEnd, positionStart, positionEnd, timeStart, timeEnd } = scanner;
  assert.equal(text(clientStart, clientEnd), 'kiwi');
  assert.equal(text(positionStart, positionEnd), '+1.5-2.5');
  assert.equal(text(timeStart, timeEnd), '7.25');
  assert.equal(scanner.seconds, 7);
  assert.equal(scanner.nanoseconds, 250_000_000);
  assert.equal(scanner.latitudeE7, 15_000_000);
  assert.equal(scanner.longitudeE7, -25_000_000);

  assert.equal(scanner.scan(bytes, 30, 49), 'WHATSAT');
  assert.equal(text(scanner.clientStart, scanner.clientEnd), 'kiwi');
  assert.deepEqual([scanner.radiusKm, scanner.bound], [0.5, 20]);

  assert.equal(scanner.scan(bytes, 0, 30), undefined);
  assert.equal(scanner.scan(bytes, 30, 46), undefined);
});

test('a command as plain data stays what it was when the next one is read', () => {
  const scanner = new CommandScanner();
  const bytes = Buffer.from('IAMAT kiwi +1+1 1');
  assert.equal(scanner.scan(bytes, 0, bytes.length), 'IAMAT');
  const command = scanner.toCommand('IAMAT');
  bytes.fill(0);
  scanner.scan(Buffer.from('WHATSAT a 1 1'), 0, 13);
  const expected = { name: 'IAMAT', client: 'kiwi', position: '+1+1', time: '1' };
  assert.deepEqual(command, expected);
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
      const [name, client, ...rest] = line.split(/[ \t\n\v\f\r]+/).filter((field) => field !== '');
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

describe('no command', () => {
  const refused: [why: string, line: string][] = [
    ['nothing', ''],
    ['a name in lower case', 'iamat x +1+1 1'],
    ['a longer name', 'IAMATS x +1+1 1'],
    ['what a server says', 'AT x +1+1 1'],
    ['a field too few', 'IAMAT x +1+1'],
    ['a field too many', 'WHATSAT x 1 1 1'],
    ['no position', 'IAMAT x +1 1'],
    ['no time', 'IAMAT x +1+1 -1'],
    ['a radius of nothing', 'WHATSAT x 0.000 1'],
    ['a radius too large by less than a double tells', 'WHATSAT x 50.00000000000000000001 1'],
    ['a radius that ends in a point', 'WHATSAT x 1. 1'],
    ['a radius that begins with a point', 'WHATSAT x .5 1'],
    ['a signed radius', 'WHATSAT x +5 1'],
    ['a radius of hundreds of digits', `WHATSAT x ${'9'.repeat(400)} 1`],
    ['a bound of nothing', 'WHATSAT x 1 0'],
    ['a bound too large', 'WHATSAT x 1 21'],
    ['a bound of hundreds of digits', `WHATSAT x 1 ${'9'.repeat(400)}`],
    ['a bound that is not whole', 'WHATSAT x 1 1.0'],
    ['a character that is no byte', '\u0149AMAT x +1+1 1'],
  ];
  for (const [why, line] of refused) {
    test(why, () => assert.equal(parseCommand(line), undefined));
  }
});
