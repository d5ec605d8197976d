import assert from 'node:assert/strict';
import test from 'node:test';
import { checkConfig } from './config/check-config.ts';
import { programWords } from './program-words.ts';
import { dashboardLine, tryNext } from './try-next.ts';

const SOURCE = { name: 'herd.yaml', file: undefined, folder: '/', lineOf: () => undefined };

function lines(value: object, file?: string): string[] {
  const config = checkConfig({ source: SOURCE, value });
  const [empty, title, ...rest] = tryNext(config, 'npx proxy-herd', file).trimEnd().split('\n');
  assert.deepEqual([empty, title], ['', 'Try next, in another terminal:']);
  return rest.map((line) => line.trim());
}

const A = { clients: '127.0.0.1:21001', peers: '127.0.0.1:22001' };
const B = { clients: '127.0.0.1:21002', peers: '127.0.0.1:22002', gateway: '127.0.0.1:23002' };
const LINKS = [['A', 'B']];

test('a report, a question at another server, and what HTTP has of it', () => {
  assert.deepEqual(lines({ servers: { A, B }, links: LINKS }), [
    'npx proxy-herd send A "IAMAT me +34.068930-118.445127 $(date +%s)"',
    "npx proxy-herd send B 'WHATSAT me 10 5'",
    'npx proxy-herd watch',
    'curl http://127.0.0.1:23001/v1/clients/me',
  ]);
});

test('the dashboard is at the first gateway', () => {
  const at = (value: object): string => dashboardLine(checkConfig({ source: SOURCE, value }));
  assert.equal(
    at({ servers: { A, B }, links: LINKS }),
    '\nThe dashboard: http://127.0.0.1:23001/\n',
  );
  assert.equal(at({ servers: { A: { ...A, gateway: 'none' } } }), '');
});

test('without a gateway there is nothing of HTTP, and a configuration is named', () => {
  assert.deepEqual(lines({ servers: { A: { ...A, gateway: 'none' } } }, "my herd's.yaml"), [
    String.raw`npx proxy-herd send A "IAMAT me +34.068930-118.445127 $(date +%s)" --config 'my herd'\''s.yaml'`,
    String.raw`npx proxy-herd send A 'WHATSAT me 10 5' --config 'my herd'\''s.yaml'`,
  ]);
});

test('where a token is asked for, one is made', () => {
  const servers = { A: { ...A, gateway: '0.0.0.0:23001' } };
  const gatewayTls = { certFile: 'cert.pem', keyFile: 'key.pem' };
  const open = { servers, access: { file: 'access.yaml' }, gatewayTls };
  assert.deepEqual(lines(open), [
    '(umask 077 && npx proxy-herd token create --client me --read me > me.token)',
    'npx proxy-herd send A "IAMAT me +34.068930-118.445127 $(date +%s)"',
    "npx proxy-herd send A 'WHATSAT me 10 5'",
    'npx proxy-herd watch --token-file me.token',
    'The HTTP gateway is described at https://127.0.0.1:23001/v1/openapi.json',
  ]);
  const closed = { servers: { A }, access: { file: 'access.yaml', clients: 'always' } };
  const [, report, question, watch] = lines(closed);
  assert.match(report ?? '', / --token-file me\.token$/);
  assert.match(question ?? '', / --token-file me\.token$/);
  assert.equal(watch, 'npx proxy-herd watch');
});

test('a command is run as the herd was started', () => {
  const words = (program: string, environment = {}): string =>
    programWords({ runtime: '/usr/bin/node', program, folder: '/home/kiwi', environment });
  assert.equal(words('/home/kiwi/scripts/start.mjs'), 'npx proxy-herd');
  assert.equal(words('/usr/bin/proxy-herd'), 'proxy-herd');
  assert.equal(words('/x/.bin/proxy-herd', { npm_command: 'exec' }), 'npx proxy-herd');
  assert.equal(words('/home/kiwi/dist/bin/main.js'), 'node dist/bin/main.js');
  assert.equal(words('/home/kiwi/a b/main.js'), "node 'a b/main.js'");
});
