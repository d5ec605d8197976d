import { test } from 'node:test';
import { fuzzTarget } from './targets.ts';

test('71,500 inputs to client sessions are answered line by line', async (t) => {
  const extent = { seed: 1, cases: 71_500, until: Infinity, stop: t.signal };
  t.diagnostic(JSON.stringify(await fuzzTarget('client session', extent)));
});

test('2,000 inputs to a client port are, and hold up nobody else', async (t) => {
  const extent = { seed: 2, cases: 2000, until: Infinity, stop: t.signal };
  t.diagnostic(JSON.stringify(await fuzzTarget('client port', extent)));
});
