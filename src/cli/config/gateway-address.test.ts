import assert from 'node:assert/strict';
import test from 'node:test';

import { gatewayAddress } from './gateway-address.ts';

const at = (host: string, port: number) => ({ clients: { host, port }, gateway: undefined });

test('a gateway is where the file says, or nowhere', () => {
  const clients = { host: 'h', port: 1 };
  const gateway = { host: 'localhost', port: 2 };
  assert.equal(gatewayAddress({ clients, gateway }), gateway);
  assert.equal(gatewayAddress({ clients, gateway: 'none' }), undefined);
});

test('without a word it is on loopback, 2,000 ports from the client port', () => {
  assert.deepEqual(gatewayAddress(at('127.0.0.1', 11_645)), { host: '127.0.0.1', port: 13_645 });
  assert.deepEqual(gatewayAddress(at('::1', 7)), { host: '::1', port: 2007 });
  assert.deepEqual(gatewayAddress(at('0.0.0.0', 7)), { host: '127.0.0.1', port: 2007 });
  assert.deepEqual(gatewayAddress(at('h', 65_000)), { host: '127.0.0.1', port: 63_000 });
});
