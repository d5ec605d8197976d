import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkReplies } from './replies.ts';

const REPORT = 'IAMAT kiwi +34.0-118.0 1621464827';
const AT = 'AT Riley +0.263873386 kiwi +34.0-118.0 1621464827';
const PLACES = '{\n   "results" : [],\n   "status" : "ZERO_RESULTS"\n}';
const LONG = 'x'.repeat(4096);

function accepts(sent: string, received: string): void {
  checkReplies(sent, received, 'Riley');
}

function rejects(sent: string, received: string, why: RegExp): void {
  assert.throws(() => accepts(sent, received), why);
}

test('each line has its one reply, in whatever order', () => {
  accepts('', '');
  accepts(' \r\n\n', '');
  accepts(`a\n${REPORT}\nb`, `${AT}\n? b\n? a\n`);
  accepts(`${LONG}yz\n`, `? ${LONG}\n`);
  accepts('WHATSAT kiwi 1 1\nWHATSAT kiwi 0 1\n', `${AT}\n${PLACES}\n\n? WHATSAT kiwi 0 1\n`);
});

test('anything else is reported', () => {
  rejects('a\nb\n', '? a\n', /no reply to "b"/);
  rejects('a\n', '? a\n? a\n', /not asked: "a"/);
  rejects('a\n', '? b\n', /not asked: "b"/);
  rejects('a\n', '? a', /without its end/);
  rejects('a\n', 'a\n', /neither/);
  rejects(`${LONG}yz\n`, `? ${LONG}yz\n`, /not asked/);
  rejects(`${REPORT}\n`, `? ${REPORT}\n`, /plain report was refused/);
  rejects(`${REPORT}\n`, `${AT.replace('Riley', 'Jaquez')}\n`, /another's name/);
  rejects(`${REPORT}\n`, `${AT.replace('kiwi', 'plum')}\n`, /no report/);
  rejects('WHATSAT kiwi 1 1\n', `${AT}\n`, /no report/);
  rejects('WHATSAT kiwi 1 1\n', `${AT}\n{}\n\n`, /no such shape/);
  rejects('WHATSAT kiwi 1 1\n', `${AT}\n${PLACES}\n`, /two LFs/);
});
