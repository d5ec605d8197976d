import assert from 'node:assert/strict';
import test from 'node:test';
import { checkConfig } from './check-config.ts';
import { BUILT_IN } from './built-in.ts';
import { toConfig } from './herd-config.ts';
import { parseYaml } from './parse-yaml.ts';
import { warningsOf } from './warnings.ts';

function warnings(servers: string, links: string): string[] {
  const text = servers
    .split('')
    .map((name, i) => `  ${name}: { clients: h:${2 * i + 1}, peers: h:${2 * i + 2} }`);
  return warningsOf(
    checkConfig(parseYaml('herd.yaml', `servers:\n${text.join('\n')}\nlinks: ${links}\n`)),
  );
}

test('a herd whose every link may fail has none', () => {
  assert.deepEqual(warnings('ABC', '[[A, B], [B, C], [C, A]]'), []);
  assert.deepEqual(warnings('A', '[]'), []);
  assert.deepEqual(warningsOf(toConfig(parseYaml('herd.yaml', '').source, BUILT_IN)), []);
});

test('a herd in parts is told part by part', () => {
  assert.deepEqual(warnings('ABCDE', '[[A, B], [B, C], [C, A]]'), [
    'the herd is in 3 parts that are not linked with each other: A, B, C | D | E',
  ]);
});

test('a link that alone holds the herd together is told', () => {
  assert.deepEqual(warnings('ABCD', '[[A, B], [B, C], [C, A], [D, C]]'), [
    'without the link D - C the herd falls in two',
  ]);
});

test('a peer port on every address cannot be dialled from elsewhere', () => {
  const text = 'servers: { A: { clients: "0.0.0.0:1", peers: "[::]:2" } }';
  assert.deepEqual(warningsOf(checkConfig(parseYaml('herd.yaml', text))), [
    'servers.A.peers: neighbours on other machines cannot dial [::]:2',
  ]);
});

test('tokens that cross a network unencrypted are told', () => {
  const of = (more: string): string[] => {
    const servers =
      'servers: { A: { clients: h:1, peers: h:2 }, B: { clients: "[::1]:3", peers: h:4 } }';
    const text = `${servers}\nlinks: [[A, B]]\n${more}\n`;
    return warningsOf(checkConfig(parseYaml('herd.yaml', text))).filter((line) =>
      line.includes('token'),
    );
  };
  const warning = 'servers.A.clients: tokens cross the network unencrypted without clientTls';
  assert.deepEqual(of('access: { file: x }'), [warning]);
  assert.deepEqual(of('access: { file: x, clients: never }'), []);
  assert.deepEqual(of('access: { file: x }\nclientTls: { certFile: a, keyFile: b }'), []);
  assert.deepEqual(of(''), []);
});
