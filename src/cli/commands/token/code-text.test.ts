import assert from 'node:assert/strict';
import { test } from 'node:test';

import { encode } from 'uqr';

import { codeText } from './code-text.ts';

const LINK = `owntracks:///config?inline=${'eyJfdHlwZSI6ImNvbmZpZ3VyYXRpb24i'.repeat(10)}`;

/** Which of its two modules a character has white. */
const WHITE: Readonly<Record<string, readonly [boolean, boolean]>> = {
  '█': [true, true],
  '▀': [true, false],
  '▄': [false, true],
  ' ': [false, false],
};

test('a code in characters is the code of its text, with white around it, and fits a terminal', async () => {
  const text = await codeText(LINK, false);
  const lines = text.split('\n');
  const { data, size } = encode(LINK, { ecc: 'L', border: 2 });
  assert.ok(size <= 80, `${size} columns`);
  const rows = lines.flatMap((line) =>
    [0, 1].map((half) => line.split('').map((at) => WHITE[at]?.[half])),
  );
  for (const [index, row] of data.entries()) {
    assert.deepEqual(
      rows[index],
      row.map((isBlack) => !isBlack),
    );
  }
  assert.ok(data[1]?.every((isBlack) => !isBlack) && data[2]?.includes(true) === true);
});

test('on a terminal with colours it is white on black, line by line', async () => {
  const plain = await codeText(LINK, false);
  const coloured = await codeText(LINK, true);
  for (const line of coloured.split('\n')) {
    assert.ok(line.startsWith('\x1b[40;97m') && line.endsWith('\x1b[0m'), line);
  }
  assert.equal(coloured.replaceAll('\x1b[40;97m', '').replaceAll('\x1b[0m', ''), plain);
});
