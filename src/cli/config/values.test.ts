import { formatAddress } from '../../transport/address.ts';
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseBaseUrl } from '../../protocol/base-url.ts';
import { parseAddress, parseDuration, parseName, parseSize } from './values.ts';

test('a name is 1 to 64 of letters, digits, _ . and -', () => {
  for (const name of ['Riley', 'a', 'site-2.b_3', '0', '_', 'x'.repeat(64)]) {
    assert.equal(parseName(name), name);
  }
  for (const text of [
    '',
    '.',
    '..',
    '.log',
    '-',
    '--help',
    ' ',
    'Ri ley',
    'Riley\n',
    'Zoë',
    'a/b',
    'x'.repeat(65),
  ]) {
    assert.equal(parseName(text), undefined, text);
  }
});

test('an address is a host and a port', () => {
  assert.deepEqual(parseAddress('127.0.0.1:11645'), { host: '127.0.0.1', port: 11_645 });
  assert.deepEqual(parseAddress('[::1]:1'), { host: '::1', port: 1 });
  assert.deepEqual(parseAddress('site-1.example.org:65535'), {
    host: 'site-1.example.org',
    port: 65_535,
  });
});

test('a port is a number from 1 to 65,535, whatever zeros are before it', () => {
  for (let port = 0; port < 100_000; port += 1) {
    const isPort = port >= 1 && port <= 65_535;
    assert.equal(parseAddress(`a:${port}`)?.port, isPort ? port : undefined, `${port}`);
  }
  assert.equal(parseAddress('a:00080')?.port, 80);
  assert.equal(parseAddress('a:00000'), undefined);
});

test('anything else is no address', () => {
  const texts = [
    '',
    'foo',
    ':1',
    'a:',
    'a:0',
    'a:65536',
    'a:1x',
    'a:-1',
    'a:123456',
    ' a:1',
    'a:1\n',
  ];
  const hosts = [
    '::1:1',
    '[::1]',
    '[::1]:',
    '[a]:1',
    '[127.0.0.1]:1',
    'a b:1',
    '-a:1',
    'a..b:1',
    'é:1',
  ];
  for (const text of [...texts, ...hosts, `${'a'.repeat(254)}:1`]) {
    assert.equal(parseAddress(text), undefined, text);
  }
});

test('an address survives being written', () => {
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(host, fc.integer({ min: 1, max: 65_535 }), (host, port) => {
      assert.deepEqual(parseAddress(formatAddress({ host, port })), { host, port });
    }),
  );
});

test('a duration is a whole number and its unit', () => {
  assert.equal(parseDuration('250ms'), 250);
  assert.equal(parseDuration('30s'), 30_000);
  assert.equal(parseDuration('5m'), 300_000);
  assert.equal(parseDuration('1h'), 3_600_000);
  assert.equal(parseDuration('0'), 0);
  assert.equal(parseDuration('0s'), 0);
});

test('anything else is no duration', () => {
  for (const text of [
    '',
    '5',
    's',
    '-5s',
    '1.5s',
    '5 s',
    '5S',
    '5w',
    '1e3s',
    ' 5s',
    '9'.repeat(20) + 's',
  ]) {
    assert.equal(parseDuration(text), undefined, text);
  }
});

test('a base URL loses its last slash', () => {
  assert.equal(parseBaseUrl('https://maps.googleapis.com'), 'https://maps.googleapis.com');
  assert.equal(parseBaseUrl('http://127.0.0.1:42700/'), 'http://127.0.0.1:42700');
  assert.equal(parseBaseUrl('http://host/base//'), 'http://host/base');
});

test('a base URL has no other scheme, user, query or fragment', () => {
  const texts = ['', 'maps.googleapis.com', 'ftp://host', 'file:///etc', 'http://'];
  for (const text of [...texts, 'http://me:pass@host', 'http://host?key=1', 'http://host#top']) {
    assert.equal(parseBaseUrl(text), undefined, text);
  }
});

test('a size is a whole number and its unit', () => {
  const sizes = { '0MiB': 0, '1kB': 1000, '5MB': 5e6, '2GB': 2e9, '1KiB': 1024, '512MiB': 2 ** 29 };
  for (const [text, bytes] of Object.entries(sizes)) assert.equal(parseSize(text), bytes, text);
  for (const text of [
    '',
    '5',
    'MiB',
    '1.5GiB',
    '-1MiB',
    '1 MiB',
    '1mb',
    '1M',
    '1TiB',
    `${2 ** 53}GiB`,
  ]) {
    assert.equal(parseSize(text), undefined, text);
  }
});
