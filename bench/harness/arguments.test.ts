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
    quick: false,
    json: 'x.json',
    markdown: undefined,
  });
});

test('without arguments there are five pairs of nothing', () => {
  const { names, pairs } = parseArguments([], KNOWN);
  assert.deepEqual({ names, pairs }, { names: [], pairs: 5 });
});

test('to try it out, one pair will do', () => {
  assert.equal(parseArguments(['--quick'], KNOWN).pairs, 1);
  assert.equal(parseArguments(['--quick', '--pairs', '3'], KNOWN).pairs, 3);
});

test('all names every benchmark once', () => {
  assert.deepEqual(parseArguments(['startup', 'all', '--quick'], KNOWN).names, KNOWN);
});

test('an unknown benchmark is reported with the known ones', () => {
  refuses(['start'], /^no benchmark start \(the benchmarks are ingest, startup, or all\)$/);
});

test('a number of pairs outside of the bounds is reported with them', () => {
  for (const pairs of ['4', '1001', '5.5', '1e2', '-5', '', 'many']) {
    refuses([`--pairs=${pairs}`], /^--pairs: found .*, expected a whole number from 5 to 1000$/);
  }
});

test('an unknown option and one without its value are usage errors', () => {
  refuses(['--fast'], /--fast/);
  refuses(['--json'], /--json/);
});
