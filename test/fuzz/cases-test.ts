import { test } from 'node:test';
import { fuzzTarget, type TargetName } from './targets.ts';

/** What each target promises of whatever it is given. */
const PROMISES: Readonly<Record<TargetName, string>> = {
  'client session': 'are answered line by line',
  'client port': 'are answered line by line, and delay nobody else',
  links: 'bring in nothing false and disturb no other link',
  'peer port': 'disturb no link',
  'proven peer port': 'disturb no link',
  configuration: 'are a configuration, or an error that says where and shows no secret',
};

/** Defines the test that a target keeps its promise for so many inputs, the corpus first. */
export function testCases(name: TargetName, cases: number, seed: number): void {
  test(`${name}: ${cases} inputs ${PROMISES[name]}`, async (t) => {
    const extent = { seed, cases, until: Infinity, stop: t.signal };
    t.diagnostic(JSON.stringify(await fuzzTarget(name, extent)));
  });
}
