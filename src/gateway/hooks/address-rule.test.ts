import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { test } from 'node:test';
import fc from 'fast-check';

import { AddressRefusedError, guardedLookup, refusalOf, type LookupAll } from './address-rule.ts';

fc.configureGlobal({ seed: 33, numRuns: 300 });

const STRICT = { allowPrivate: false, isEncrypted: true };

test('addresses of the Internet, and others', () => {
  for (const address of ['8.8.8.8', '1.1.1.1', '2606:4700::1111', '64:ff9b::808:808']) {
    assert.equal(refusalOf(address, STRICT), undefined, address);
  }
  for (const address of [
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254', // metadata of clouds
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1', // 127.0.0.1 behind a translator
    '64:ff9b:1::808:808', // a translator of the network's own
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::', // 127.0.0.1 in 6to4
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '4000::1', // not given out
    'no address',
  ]) {
    assert.ok(refusalOf(address, STRICT)?.includes('allowPrivate'), address);
    assert.equal(refusalOf(address, { ...STRICT, allowPrivate: true }), undefined, address);
  }
});

test('an IPv4 address is judged the same in IPv6 forms', () => {
  const byte = fc.nat(255);
  const property = fc.property(byte, byte, byte, byte, (a, b, c, d) => {
    const isRefused = refusalOf(`${a}.${b}.${c}.${d}`, STRICT) !== undefined;
    const hex = [a, b, c, d].map((each) => each.toString(16).padStart(2, '0'));
    const tail = `${hex[0]}${hex[1]}:${hex[2]}${hex[3]}`;
    for (const address of [`::ffff:${a}.${b}.${c}.${d}`, `::ffff:${tail}`, `64:ff9b::${tail}`]) {
      assert.equal(refusalOf(address, STRICT) !== undefined, isRefused, address);
    }
    assert.notEqual(refusalOf(`::${tail}`, STRICT), undefined);
    if (a === 10 || a === 127 || a === 0 || a >= 224) assert.ok(isRefused);
  });
  fc.assert(property);
});

test('without encryption only private addresses are connected to', () => {
  const plain = { allowPrivate: true, isEncrypted: false };
  assert.equal(refusalOf('192.168.1.1', plain), undefined);
  assert.match(refusalOf('8.8.8.8', plain) ?? '', /https/);
});

/** A resolver that finds these, the next time the next. */
function resolver(...answers: readonly (readonly string[])[]): LookupAll {
  const left = [...answers];
  return (_hostname, options, callback) => {
    assert.equal(options.all, true);
    const addresses = left.shift() ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
}

type Found = string | LookupAddress[] | Error;

function find(lookup: ReturnType<typeof guardedLookup>, all: boolean): Found {
  let found: Found = '';
  lookup('example.org', { all }, (error, address) => (found = error ?? address));
  return found;
}

test('a lookup finds only what may be connected to, each time anew', () => {
  const mixed = ['10.0.0.1', '8.8.8.8', '::1', '2606:4700::1111'];
  const lookup = guardedLookup(resolver(mixed, mixed, ['127.0.0.1', '::1'], []), STRICT);
  assert.deepEqual(find(lookup, true), [
    { address: '8.8.8.8', family: 4 },
    { address: '2606:4700::1111', family: 6 },
  ]);
  assert.equal(find(lookup, false), '8.8.8.8');
  const refused = find(lookup, true);
  assert.ok(refused instanceof AddressRefusedError);
  assert.match(refused.message, /^example\.org: 127\.0\.0\.1 is no address .*; ::1 is no address/);
  assert.ok(find(lookup, false) instanceof AddressRefusedError);
});

test('what the resolver says of a name that it does not find stays', () => {
  const missing = new Error('getaddrinfo ENOTFOUND');
  const lookup = guardedLookup((_hostname, _options, callback) => callback(missing, []), STRICT);
  assert.equal(find(lookup, true), missing);
});
