import { test } from 'node:test';
import { fuzzTarget } from './targets.ts';

test('2,500 files are a configuration, or an error that tells where and no secret', async (t) => {
  const extent = { seed: 5, cases: 2500, until: Infinity, stop: t.signal };
  t.diagnostic(JSON.stringify(await fuzzTarget('configuration', extent)));
});
