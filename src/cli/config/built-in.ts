import type { Address } from '../../transport/address.ts';
import { DEFAULTS } from './defaults.ts';
import type { HerdValues, ServerValues } from './schema.ts';

/** The configuration where there is no file: the diagram's five servers, on loopback. */
export const BUILT_IN: HerdValues = {
  ...DEFAULTS,
  gatewayOrigins: [],
  hooks: {},
  servers: {
    Riley: server(0),
    Jaquez: server(1),
    Juzang: server(2),
    Campbell: server(3),
    Bernard: server(4),
  },
  links: [
    ['Riley', 'Jaquez'],
    ['Riley', 'Juzang'],
    ['Jaquez', 'Bernard'],
    ['Jaquez', 'Campbell'],
    ['Juzang', 'Bernard'],
    ['Juzang', 'Campbell'],
    ['Bernard', 'Campbell'],
  ],
};

function server(index: number): ServerValues {
  return {
    clients: loopback(11_645 + index),
    peers: loopback(12_645 + index),
    gateway: loopback(13_645 + index),
  };
}

function loopback(port: number): Address {
  return { host: '127.0.0.1', port };
}
