import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { AtLine } from '../protocol/at-line.ts';
import { ByteWriter } from '../protocol/byte-writer.ts';
import { NO_CHANGE, scanChange, writeChange } from './change-lines.ts';
import { LocationStore } from './store.ts';

const AT = 'AT Riley +0.000000000 kiwi +1+1 1';

/** Reads a change that stands among other bytes. */
function read(text: string): [number: number, at: string] | undefined {
  const bytes = Buffer.from(`7${text} 1`, 'latin1');
  const line = new AtLine();
  const number = scanChange(bytes, 1, bytes.length - 2, line);
  return number === NO_CHANGE ? undefined : [number, line.toString()];
}

test('a change is written with its number, and read back', () => {
  const head = 999_999_999_999_997;
  const store = new LocationStore('e', { head, past: [] });
  const out = new ByteWriter(1);
  const cursor = store.open(undefined);
  for (const seconds of [1, 2]) {
    const at = AT.replace(/1$/, String(seconds));
    const line = new AtLine();
    assert.ok(line.scan(Buffer.from(at), 0, at.length));
    assert.equal(store.apply(line), 'newer');
    out.length = 0;
    writeChange(store, store.next(cursor), out);
    const written = out.view().toString();
    assert.equal(written, `${head + seconds} ${at}\n`);
    assert.deepEqual(read(written.slice(0, -1)), [head + seconds, at]);
  }
  store.close(cursor);
});

describe('a change', () => {
  const changes: [number: string, expected: number][] = [
    ['1', 1],
    ['0042', 42],
    ['999999999999999', 999_999_999_999_999],
  ];
  for (const [number, expected] of changes) {
    test(number, () => assert.deepEqual(read(`${number} ${AT}`), [expected, AT]));
  }
});

describe('no change', () => {
  const refused: [why: string, line: string][] = [
    ['nothing', ''],
    ['the number 0', `0 ${AT}`],
    ['a number alone', '1'],
    ['a number and a space', '1 '],
    ['no number', AT],
    ['no number but a space', ` ${AT}`],
    ['a number of sixteen digits', `1234567890123456 ${AT}`],
    ['a sign', `+1 ${AT}`],
    ['two spaces', `1  ${AT}`],
    ['a tab', `1\t${AT}`],
    ['another line', '1 IAMAT kiwi +1+1 1'],
    ['a line end', `1 ${AT}\r`],
    ['a location that no server can have said', `1 ${AT.replace('+0', '-2')}`],
  ];
  for (const [why, line] of refused) test(why, () => assert.equal(read(line), undefined));
});
