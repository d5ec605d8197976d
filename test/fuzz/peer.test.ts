import { test } from 'node:test';
import { fuzzTarget } from './targets.ts';

test('23,000 inputs to a server’s links bring in nothing false and disturb no other link', async (t) => {
  const extent = { seed: 3, cases: 23_000, until: Infinity, stop: t.signal };
  t.diagnostic(JSON.stringify(await fuzzTarget('links', extent)));
});

for (const name of ['peer port', 'proven peer port'] as const) {
  test(`500 inputs to a ${name} disturb no link`, async (t) => {
    const extent = { seed: 4, cases: 500, until: Infinity, stop: t.signal };
    t.diagnostic(JSON.stringify(await fuzzTarget(name, extent)));
  });
}
