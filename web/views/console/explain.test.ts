import assert from 'node:assert/strict';
import { test } from 'node:test';

import { explainRefusal, readAtLine, readPlaces } from './explain.ts';

test('a question mark is explained by what is wrong with the command', () => {
  const cases: [command: string, why: RegExp][] = [
    ['hello', /no such command/],
    ['iamat kiwi +1+2 3', /upper case: IAMAT/],
    ['AT Riley +0.1 kiwi +1+2 3', /IAMAT/],
    ['IAMAT kiwi +34-118', /three fields.*Found 2/],
    ['IAMAT kiwi 34,-118 3', /ISO 6709/],
    ['IAMAT kiwi +34-118 yesterday', /POSIX seconds/],
    ['IAMAT kiwi +34-118 1.1234567890', /nine decimals/],
    ['IAMAT kiwi +91-118 1', /within ±90/],
    ['WHATSAT kiwi 10', /three fields.*Found 2/],
    ['WHATSAT kiwi 0 5', /above 0, at most 50/],
    ['WHATSAT kiwi 51 5', /at most 50/],
    ['WHATSAT kiwi 10 21', /1 to 20/],
    ['WHATSAT kiwi 10 2.5', /whole number/],
    ['WHATSAT nobody 10 5', /No server has heard of this client/],
    ['AUTH ph_x', /no such token/],
  ];
  for (const [command, why] of cases) assert.match(explainRefusal(command), why, command);
});

test('an AT line is read, and nothing else is one', () => {
  const line = 'AT Riley +0.263873386 kiwi +34.068930-118.445127 1621464827.959498503\n';
  const { receivedMs, ...fields } = readAtLine(line) ?? assert.fail();
  assert.deepEqual(fields, { server: 'Riley', skew: '+0.263873386', client: 'kiwi' });
  assert.equal(receivedMs.toFixed(3), '1621464828223.372');
  assert.equal(readAtLine('? AT Riley'), undefined);
  assert.equal(readAtLine('AT Riley'), undefined);
});

test('the places of an answer are counted, whatever their names are', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const found = readPlaces(
    bytes('AT Riley …\n{"results": [{"name": "Café"}], "status": "OK"}\n\n'),
  );
  assert.equal(found?.count, 1);
  assert.match(found?.json ?? '', /^\{\n {2}"results": \[\n.*"name": "Café"/s);
  assert.equal(readPlaces(bytes('? hello\n')), undefined);
  assert.equal(readPlaces(bytes('')), undefined);
});
