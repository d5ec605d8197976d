import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArguments, UsageError } from './arguments.ts';

const KNOWN = ['ingest', 'startup'];

function refuses(args: readonly string[], message: RegExp): void {
  assert.throws(
    () => parseArguments(args, KNOWN),
    (error) => error instanceof UsageError && message.test(error.message),
  );
}

test('names and options come in any order', () => {
  assert.deepEqual(parseArguments(['startup', '--pairs', '9', 'ingest', '--json=x.json'], KNOWN), {
    names: ['startup', 'ingest'],
    pairs: 9,
    json: 'x.json',
  });
});

test('without arguments there are five pairs of nothing', () => {
  assert.deepEqual(parseArguments([], KNOWN), { names: [], pairs: 5, json: undefined });
});

test('an unknown benchmark is told with the known ones', () => {
  refuses(['start'], /^no benchmark start \(the benchmarks are ingest, startup\)$/);
});

test('a number of pairs outside of the bounds is told with them', () => {
  for (const pairs of ['4', '1001', '5.5', '1e2', '-5', '', 'many']) {
    refuses([`--pairs=${pairs}`], /^--pairs: found .*, expected a whole number from 5 to 1000$/);
  }
});

test('an unknown option and one without its value are usage errors', () => {
  refuses(['--fast'], /--fast/);
  refuses(['--json'], /--json/);
});
