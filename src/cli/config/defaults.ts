/** The configuration where there is no file: the diagram's five servers, on loopback. */
export const DEFAULT_HERD = {
  herd: 'proxy-herd',
  servers: {
    Riley: { clients: '127.0.0.1:11645', peers: '127.0.0.1:12645', gateway: '127.0.0.1:13645' },
    Jaquez: { clients: '127.0.0.1:11646', peers: '127.0.0.1:12646', gateway: '127.0.0.1:13646' },
    Juzang: { clients: '127.0.0.1:11647', peers: '127.0.0.1:12647', gateway: '127.0.0.1:13647' },
    Campbell: { clients: '127.0.0.1:11648', peers: '127.0.0.1:12648', gateway: '127.0.0.1:13648' },
    Bernard: { clients: '127.0.0.1:11649', peers: '127.0.0.1:12649', gateway: '127.0.0.1:13649' },
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
