import assert from 'node:assert/strict';
import { isIPv6 } from 'node:net';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { addressKey } from './address-key.ts';

fc.configureGlobal({ seed: 31 });

describe('what counts as one address', () => {
  const cases: [host: string, key: string][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['::2:3:4:5:6:7:8', '0:2:3:4::/64'],
    ['1::3:4:5:6:7:8', '1:0:3:4::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ];
  for (const [host, key] of cases) {
    test(host === '' ? 'none' : host, () => assert.equal(addressKey(host), key));
  }

  test('of IPv6 it is the first 64 bits, wherever zeros are left out', () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    const groups = fc.array(group, { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, fc.nat(7), fc.nat(8), (numbers, from, count) => {
        const zeros = numbers.fill(0, from, Math.min(8, from + count));
        const hex = zeros.map((number) => number.toString(16));
        const to = Math.min(8, from + count);
        const short = `${hex.slice(0, from).join(':')}::${hex.slice(to).join(':')}`;
        const host = to - from > 1 ? short : hex.join(':');
        assert.ok(isIPv6(host), host);
        assert.equal(addressKey(host), `${hex.slice(0, 4).join(':')}::/64`);
      }),
    );
  });
});
